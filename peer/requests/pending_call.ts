import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { type AnsweredRequest, remoteError } from "./remote_error.ts";

interface Functions<B extends Body> {
  // As a method, so that a handle of any body passes for one of all bodies.
  resolve(response: Message<B>): void;
}

/**
 * Waits for the response of a `call`, in one promise. An async function around
 * the one of `recvResponse()` would make two more for each call.
 */
export class PendingCall<B extends Body> {
  readonly #request: AnsweredRequest;
  readonly #resolve: Functions<B>["resolve"];
  /** Fails the call. */
  readonly reject: (reason: unknown) => void;

  /** Made of the functions that settle the promise. */
  constructor(
    request: AnsweredRequest,
    resolve: Functions<B>["resolve"],
    reject: (reason: unknown) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.reject = reject;
  }

  /** Gives it the response, or the error that it stands for. */
  resolve(response: Message<B>): void {
    if (!response.isError) return this.#resolve(response);
    try {
      this.reject(remoteError(response, this.#request));
    } catch (error) {
      // If the text can't be decoded, say for its length, only the call fails.
      this.reject(error);
    }
  }
}
