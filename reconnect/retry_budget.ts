import { checkLeast } from "../internal/check_options.ts";

/** How much a link may add to the load of a server that struggles. */
export interface RetryBudgetOptions {
  /**
   * How many tokens there are. A failed try takes one; calls are made again while more
   * than half of them are left. Default: 10.
   */
  tokens?: number | undefined;
  /** What a call that succeeds gives back. Default: 0.1. */
  ratio?: number | undefined;
}

/**
 * Keeps retries from multiplying the load of a server that fails, as gRPC's A6 does:
 * with the defaults, at most some one in ten calls is made again in the long run.
 */
export class RetryBudget {
  readonly #most: number;
  readonly #ratio: number;
  #tokens: number;

  /**
   * Begins with all tokens.
   *
   * @throws {RangeError} If an option is out of its range.
   */
  constructor({ tokens = 10, ratio = 0.1 }: RetryBudgetOptions = {}) {
    this.#most = this.#tokens = checkLeast("retryBudget.tokens", tokens, 1);
    this.#ratio = checkLeast("retryBudget.ratio", ratio, 0);
  }

  /** Counts a call that has succeeded. */
  onSuccess(): void {
    this.#tokens = Math.min(this.#most, this.#tokens + this.#ratio);
  }

  /** Counts a try that has failed; tells whether there may be another one. */
  onFailure(): boolean {
    this.#tokens = Math.max(0, this.#tokens - 1);
    return this.#tokens > this.#most / 2;
  }
}
