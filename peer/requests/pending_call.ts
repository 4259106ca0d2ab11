import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { remoteError } from "./remote_error.ts";

interface Functions<B extends Body> {
  // As a method, so that a handle of any body passes for one of all bodies.
  resolve(response: Message<B>): void;
}

/**
 * The one who waits for the response of a `call`: in one promise. An async function
 * around the one of `recvResponse()` would make two more for each call.
 */
export class PendingCall<B extends Body> {
  readonly #serviceId: number;
  readonly #resolve: Functions<B>["resolve"];
  /** Fails the call. */
  readonly reject: (reason: unknown) => void;

  /** Of a promise's functions. */
  constructor(
    serviceId: number,
    resolve: Functions<B>["resolve"],
    reject: (reason: unknown) => void,
  ) {
    this.#serviceId = serviceId;
    this.#resolve = resolve;
    this.reject = reject;
  }

  /** Gives it the response, or the error that it stands for. */
  resolve(response: Message<B>): void {
    if (!response.isError) return this.#resolve(response);
    try {
      this.reject(remoteError(response, this.#serviceId));
    } catch (error) {
      // A text that can't be had, say for its length, is no end of the connection.
      this.reject(error);
    }
  }
}
