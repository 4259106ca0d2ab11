import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import type { DeclaredErrorText } from "../message_factory.ts";
import type { SignalOptions } from "./signal_options.ts";

/** The part of `ReceivedRequestHandle` that sends. */
interface Answerable<B extends Body> {
  readonly requestId: number;
  readonly serviceId: number;
  sendUpdate(
    serviceId: number,
    body: BodyInput<B>,
    options?: SignalOptions,
  ): Promise<void>;
  sendResponse(serviceId: number, body: BodyInput<B>): Promise<void>;
  sendErrorResponse(text: string): Promise<void>;
  sendDeclaredError(text: DeclaredErrorText): Promise<void>;
}

/**
 * Sends updates and the response for a request of the other side, beside the
 * `ReceivedRequestHandle` that it comes from. It owns nothing and needs no end.
 *
 * @example Answering from another part of the program
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer, type ReceivedRequestWriteHandle } from "jsr:@fizyr/rpc";
 *
 * async function answer(writer: ReceivedRequestWriteHandle): Promise<void> {
 *   await writer.sendUpdate(10, "half done");
 *   await writer.sendResponse(writer.serviceId, "done");
 * }
 *
 * const [a, b] = MemoryTransport.pair();
 * await using client = Peer.spawn(a);
 * await using server = Peer.spawn(b);
 * const serving = server.serve({ 1: (request) => answer(request.writeHandle()) });
 * assertEquals((await client.call(1, "")).text(), "done");
 * await client.close();
 * await serving;
 * ```
 */
export class ReceivedRequestWriteHandle<B extends Body = StreamBody> {
  /** The handle it comes from, which isn't taken for abandoned while this is held. */
  readonly #request: Answerable<B>;

  /** @internal Made by the request's handle. */
  constructor(request: Answerable<B>) {
    this.#request = request;
  }

  /** The id on the wire, chosen by the other side. */
  get requestId(): number {
    return this.#request.requestId;
  }

  /** The service that is asked for. */
  get serviceId(): number {
    return this.#request.serviceId;
  }

  /**
   * Sends an update; resolves when the body is no longer needed.
   *
   * @param serviceId The kind of update.
   * @throws {RpcError} `request-closed` if it is answered; `payload-too-large`
   * (the connection and the request stay usable); the error of the connection.
   * @throws {RangeError} If the service id is no integer from -2^31 to 2^31 - 1, or
   * reserved.
   * @throws {TypeError} If the body is neither text nor bytes, or has been disposed.
   * @throws The reason of the signal, when it fires.
   */
  sendUpdate(
    serviceId: number,
    body: BodyInput<B>,
    options?: SignalOptions,
  ): Promise<void> {
    return this.#request.sendUpdate(serviceId, body, options);
  }

  /**
   * Sends the response and ends the request; see `ReceivedRequestHandle`.
   *
   * @param serviceId Any but -1, which marks an error; by custom the request's own.
   * @throws {RpcError} `request-closed` if it is answered; `payload-too-large`
   * (the connection stays usable and the request open); the error of the connection.
   * @throws {RangeError} If the service id is no integer from -2^31 to 2^31 - 1, or
   * reserved.
   * @throws {TypeError} If the body is neither text nor bytes, or has been disposed.
   */
  sendResponse(serviceId: number, body: BodyInput<B>): Promise<void> {
    return this.#request.sendResponse(serviceId, body);
  }

  /**
   * Sends an error response and ends the request; see `ReceivedRequestHandle`.
   *
   * @throws {RpcError} `request-closed` if it is answered; the error of the connection.
   */
  sendErrorResponse(text: string): Promise<void> {
    return this.#request.sendErrorResponse(text);
  }

  /** @internal Sends an error response that a typed interface declares. */
  sendDeclaredError(text: DeclaredErrorText): Promise<void> {
    return this.#request.sendDeclaredError(text);
  }
}
