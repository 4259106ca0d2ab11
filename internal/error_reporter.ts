import { RpcError } from "../protocol/error.ts";
import { errorText } from "./error_text.ts";
import { isInstance } from "./is_instance.ts";
import { logError } from "./log_error.ts";

/** So many kinds of errors are told apart; all others count as one more. */
const MAX_KINDS = 16;

/** Where errors go that have nobody else to go to. */
export class ErrorReporter {
  readonly #onError: ((error: unknown) => unknown) | undefined;
  /** How often each kind has come, where the console gets them. */
  readonly #counts = new Map<string, number>();

  /**
   * Makes one.
   *
   * @param onError Gets all errors. Without it the console gets the first of each
   * kind, and then how many there are, at 10, 100 and so on.
   */
  constructor(onError: ((error: unknown) => unknown) | undefined) {
    this.#onError = onError;
  }

  /** Reports an error. Never throws: what `onError` throws or rejects with goes to the console. */
  report(error: unknown): void {
    if (this.#onError === undefined) return this.#log(error);
    // In a function of its own, so that a throw is a rejection too.
    (async () => await this.#onError!(error))().catch(logError);
  }

  #log(error: unknown): void {
    // A connection that ends tells so by `closed`, and servers see many end.
    if (isInstance(error, RpcError) && error.code === "connection-aborted") {
      return;
    }
    let kind = errorText(error);
    if (!this.#counts.has(kind) && this.#counts.size >= MAX_KINDS) {
      kind = "other errors";
    }
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count === 1) logError(error);
    else if (isPowerOfTen(count)) {
      console.error(`${count} times so far: ${kind}`);
    }
  }
}

function isPowerOfTen(count: number): boolean {
  return 10 ** Math.round(Math.log10(count)) === count;
}
