import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import type { SignalOptions } from "./signal_options.ts";

/** The part of `SentRequestHandle` that sends. */
interface Updatable<B extends Body> {
  readonly requestId: number;
  readonly serviceId: number;
  sendUpdate(
    serviceId: number,
    body: BodyInput<B>,
    options?: SignalOptions,
  ): Promise<void>;
}

/**
 * Sends updates for a request of this side, beside the `SentRequestHandle` that
 * it comes from. It owns nothing and needs no end.
 *
 * @example Updates from another part of the program
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * await using client = Peer.spawn(a);
 * await using server = Peer.spawn(b);
 * const serving = server.serve({
 *   1: async (request) => (await request.recvUpdate())?.text(),
 * });
 * const request = await client.sendRequest(1, "");
 * const writer = request.writeHandle();
 * await writer.sendUpdate(11, "stop");
 * assertEquals((await request.recvResponse()).text(), "stop");
 * await client.close();
 * await serving;
 * ```
 */
export class SentRequestWriteHandle<B extends Body = StreamBody> {
  /** The handle it comes from, which isn't taken for abandoned while this is held. */
  readonly #request: Updatable<B>;

  /** @internal Made by the request's handle. */
  constructor(request: Updatable<B>) {
    this.#request = request;
  }

  /** The id on the wire. */
  get requestId(): number {
    return this.#request.requestId;
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
}
