import { RpcError, type RpcErrorOutcome } from "../../protocol/error.ts";

/** An error as a request gets it: it says what is known of the request. */
export function withOutcome(
  error: RpcError,
  outcome: RpcErrorOutcome,
): RpcError {
  const { code, message, cause, responseText } = error;
  const options = { ...error, responseText, outcome };
  return new RpcError(
    code,
    message,
    cause === undefined ? options : { ...options, cause },
  );
}

/**
 * What a connection has ended with. Its requests fail with one of two errors, which
 * say whether they were sent.
 */
export class EndError {
  /** The error of the connection. */
  readonly error: RpcError;
  #notSent: RpcError | null = null;
  #unknown: RpcError | null = null;

  /** Made of the error of the connection. */
  constructor(error: RpcError) {
    this.error = error;
  }

  /** For requests that were not written whole. */
  get notSent(): RpcError {
    return this.#notSent ??= withOutcome(this.error, "not-sent");
  }

  /** For requests that the other side may have. */
  get unknown(): RpcError {
    return this.#unknown ??= withOutcome(this.error, "unknown");
  }

  /** Whether something that was thrown is this end. */
  is(error: unknown): boolean {
    return error === this.error || (error !== null &&
      (error === this.#notSent || error === this.#unknown));
  }
}
