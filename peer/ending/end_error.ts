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
 * What a connection has ended with. Its requests fail with that, or, if they were
 * not sent, with an error that says so.
 */
export class EndError {
  /** The error of the connection, and of requests that the other side may have. */
  readonly error: RpcError;
  #notSent: RpcError | null = null;

  /** Made of the error of the connection. */
  constructor(error: RpcError) {
    this.error = error;
  }

  /** For requests that no write has taken. */
  get notSent(): RpcError {
    return this.#notSent ??= withOutcome(this.error, "not-sent");
  }

  /** Whether something that was thrown is this end. */
  is(error: unknown): boolean {
    return error === this.error ||
      (error !== null && error === this.#notSent);
  }
}
