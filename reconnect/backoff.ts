import { checkLeast } from "../internal/check_options.ts";

/** How long a link waits between attempts. */
export interface BackoffOptions {
  /** The first wait, in milliseconds. Default: 100. */
  initial?: number | undefined;
  /** How many times as long each further wait is. Default: 1.6. */
  factor?: number | undefined;
  /** The longest wait, in milliseconds, jitter included. Default: 5000. */
  max?: number | undefined;
  /**
   * How far a wait may be off, at random, so that many clients don't come at the same
   * moment: 0.2 is 20 % in both directions. Below 1. Default: 0.2.
   */
  jitter?: number | undefined;
}

/** {@linkcode BackoffOptions} with the defaults filled in. */
export type ResolvedBackoff = {
  readonly [K in keyof BackoffOptions]-?: number;
};

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {RangeError} If one is out of its range.
 */
export function resolveBackoff(
  { initial = 100, factor = 1.6, max = 5000, jitter = 0.2 }: BackoffOptions =
    {},
): ResolvedBackoff {
  checkLeast("backoff.initial", initial, 1);
  checkLeast("backoff.factor", factor, 1);
  checkLeast("backoff.max", max, initial);
  checkLeast("backoff.jitter", jitter, 0);
  if (jitter >= 1) {
    throw new RangeError(`backoff.jitter must be below 1, got ${jitter}`);
  }
  return { initial, factor, max, jitter };
}

/** Waits that grow: each one is longer than the one before, up to a limit. */
export class Backoff {
  readonly #options: ResolvedBackoff;
  readonly #random: () => number;
  #next: number;

  /**
   * Begins with the first wait.
   *
   * @param random Gives numbers from 0 to below 1, as `Math.random` does.
   */
  constructor(options: ResolvedBackoff, random: () => number) {
    this.#options = options;
    this.#random = random;
    this.#next = options.initial;
  }

  /** The next wait, in milliseconds. */
  next(): number {
    const { factor, max, jitter } = this.#options;
    // With its jitter it stays below the limit, and differs there too.
    const wait = Math.min(this.#next, max / (1 + jitter));
    this.#next = Math.min(this.#next * factor, max);
    return wait * (1 + jitter * (2 * this.#random() - 1));
  }

  /** Begins with the first wait again. */
  reset(): void {
    this.#next = this.#options.initial;
  }
}
