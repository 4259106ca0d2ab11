import type { Body, BodyInput, StreamBody } from "../protocol/body.ts";
import type { SignalOptions } from "./handle_options.ts";
import type { Sender } from "./sender.ts";
import type { SentRequest } from "./sent_request.ts";

/**
 * Sends updates for a request of this side, beside the `SentRequestHandle` that
 * it comes from. It owns nothing and needs no end.
 */
export class SentRequestWriteHandle<B extends Body = StreamBody> {
  readonly #sender: Sender<B>;
  readonly #request: SentRequest<B>;

  /** @internal Made by the request's handle. */
  constructor(sender: Sender<B>, request: SentRequest<B>) {
    this.#sender = sender;
    this.#request = request;
  }

  /** The id on the wire. */
  get requestId(): number {
    return this.#request.id;
  }

  /** The service that was asked for. */
  get serviceId(): number {
    return this.#request.serviceId;
  }

  /**
   * Sends an update; resolves when the body is no longer needed.
   *
   * @param serviceId The kind of update.
   * @throws {RpcError} `request-closed` if the response has come;
   * `payload-too-large` (the connection and the request stay usable); the error
   * of the connection.
   */
  sendUpdate(
    serviceId: number,
    body: BodyInput,
    options?: SignalOptions,
  ): Promise<void> {
    return this.#sender.sendRequesterUpdate(
      this.#request,
      serviceId,
      body,
      options?.signal,
    );
  }
}
