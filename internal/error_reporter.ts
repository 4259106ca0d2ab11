import { RpcError } from "../protocol/error.ts";
import { errorText } from "./error_text.ts";
import { isInstance } from "./is_instance.ts";
import { logError } from "./log_error.ts";

/** How many kinds of errors are counted apart. All further kinds are counted as one. */
const MAX_KINDS = 16;

/** Takes the errors that no promise can carry to the application. */
export class ErrorReporter<C extends object = object> {
  readonly #onError: ((error: unknown, context: C) => unknown) | undefined;
  /** How often each kind has occurred. Used only where the console gets the errors. */
  readonly #counts = new Map<string, number>();

  /**
   * Makes a reporter.
   *
   * @param onError Gets all errors. Without it, the console gets the first error of
   * each kind, and then their number when it reaches 10, 100 and so on.
   */
  constructor(
    onError: ((error: unknown, context: C) => unknown) | undefined,
  ) {
    this.#onError = onError;
  }

  /**
   * Reports an error. Never throws: what `onError` throws or rejects with goes to the
   * console.
   *
   * @param context What it belongs to; all of it may be unknown.
   */
  report(error: unknown, context?: C): void {
    if (this.#onError === undefined) return this.#log(error);
    // The async function makes a throw a rejection too.
    (async () => await this.#onError!(error, context ?? {} as C))().catch(
      logError,
    );
  }

  #log(error: unknown): void {
    // `closed` tells already that the connection has ended, and a server sees many
    // end.
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
