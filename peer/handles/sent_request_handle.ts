import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { checkKeep, type KeepOptions } from "../../internal/check_options.ts";
import type { SignalOptions } from "./signal_options.ts";
import type { UpdatesOptions } from "./updates_options.ts";
import { iterate } from "../../internal/iterate.ts";
import type { Sender } from "../sender.ts";
import type { SentRequest } from "../requests/sent_request.ts";

/**
 * A request of this side: takes updates and the response, and sends updates.
 *
 * - Order: updates arrive in the order they were sent, the response behind them.
 * - Backpressure: `sendUpdate` waits while much is queued for writing. Reading
 *   pauses, for the whole connection, while too many updates are not taken; with
 *   `updates({ keep: "latest" })` older ones are dropped instead.
 * - Closing: the response ends it. Disposing it before that abandons it: what
 *   still comes is dropped without an error, and the id stays reserved until the
 *   response has come. The other side is told by a cancel with `extensions`, and
 *   without them by `onAbort`, if that was given. One that is garbage-collected is
 *   abandoned too, some time later.
 *
 * @example Updates, then the response
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * await using client = Peer.spawn(a);
 * await using server = Peer.spawn(b);
 * const serving = server.serve({
 *   1: async (request) => {
 *     await request.sendUpdate(10, "half done");
 *     return "done";
 *   },
 * });
 * const request = await client.sendRequest(1, "");
 * for await (const update of request) assertEquals(update.text(), "half done");
 * assertEquals((await request.recvResponse()).text(), "done");
 * await client.close();
 * await serving;
 * ```
 */
export class SentRequestHandle<B extends Body = StreamBody>
  implements Disposable {
  readonly #sender: Sender<B>;
  readonly #request: SentRequest<B>;

  /** @internal Made by the peer. */
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

  /** Whether the other side is known to be a peer of this library: see {@linkcode RequestOptions}. */
  get extensions(): boolean {
    return this.#request.extensions;
  }

  /**
   * Takes the next update.
   *
   * @returns The update, or null once the response is there; the response stays
   * to be read with `recvResponse()`.
   * @throws {RpcError} The error of the connection, if it ended first
   * (`connection-closed`, `connection-aborted`, ...); `request-closed` after dispose.
   * @throws The reason of the signal, when it fires.
   */
  recvUpdate(options?: SignalOptions): Promise<Message<B> | null> {
    return this.#request.recvUpdate(options?.signal, this);
  }

  /**
   * The updates until the response is there; breaking out leaves the request open.
   *
   * With `keep` only the newest updates wait. Older ones are dropped, with their
   * descriptors, and counted in `stats().outdatedMessages`; reading never pauses for
   * this request.
   *
   * - It holds from this call until the request ends, whoever takes updates, even
   *   if the loop is left earlier. What already waits beyond `keep` is dropped at
   *   once.
   * - Order: what is left comes in the order it was sent. An update that somebody
   *   waits for is given to them, and never dropped.
   * - At the end the newest updates still wait, and the response behind them.
   * - Another call may leave `keep` out, or has to give the same.
   *
   * It throws what `recvUpdate()` throws.
   *
   * @throws {RangeError} If `keep` is a number, but no integer of at least 1.
   * @throws {TypeError} If `keep` or `onDrop` is of a wrong type, if `onDrop` is
   * given without `keep`, or if an earlier call has given others.
   *
   * @example Only the latest, however fast they come
   * ```ts
   * import { assertEquals } from "jsr:@std/assert";
   * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
   *
   * const [a, b] = MemoryTransport.pair();
   * await using client = Peer.spawn(a);
   * await using server = Peer.spawn(b);
   * const { promise: moved, resolve } = Promise.withResolvers<void>();
   * const serving = server.serve({
   *   1: async (request) => {
   *     for (let i = 1; i <= 100; i++) await request.sendUpdate(10, `${i}`);
   *     resolve();
   *   },
   *   2: async () => {
   *     await moved;
   *     return "stopped";
   *   },
   * });
   * const request = await client.sendRequest(1, "");
   * const updates = request.updates({ keep: "latest" });
   * // The answer comes behind 100 updates, which nobody has taken yet.
   * assertEquals((await client.call(2, "")).text(), "stopped");
   * for await (const update of updates) assertEquals(update.text(), "100");
   * assertEquals(client.stats().outdatedMessages, 99);
   * await client.close();
   * await serving;
   * ```
   */
  updates(options?: UpdatesOptions): AsyncIterableIterator<Message<B>> {
    this.keepUpdates(options);
    const signal = options?.signal;
    return iterate(
      () => this.recvUpdate(options),
      () => signal?.aborted ? undefined : this.#request.takeUpdate(),
    );
  }

  /**
   * Keeps only the newest updates from now on, if the options say so.
   *
   * @internal For handles that take updates by `recvUpdate()`.
   */
  keepUpdates(options: KeepOptions | undefined): void {
    const rule = checkKeep(options);
    if (rule !== null) this.#request.keepUpdates(rule);
  }

  /** All updates until the response is there, as `updates()` gives them. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message<B>> {
    return this.updates();
  }

  /**
   * Takes the response. An error response is a message too, with `isError`.
   * `recvUpdate()` may wait at the same time.
   *
   * @throws {RpcError} `unexpected-message-type` while an update is unread
   * (nothing is lost: take the update and ask again); `request-closed` if the
   * response has been taken, or after dispose; the error of the connection, if
   * it ended first.
   * @throws The reason of the signal, when it fires.
   */
  recvResponse(options?: SignalOptions): Promise<Message<B>> {
    return this.#request.recvResponse(options?.signal, this);
  }

  /**
   * Takes the response past unread updates, which stay to be taken.
   *
   * @internal For handles that iterate over updates and wait for the response.
   */
  recvResponsePast(options?: SignalOptions): Promise<Message<B>> {
    return this.#request.recvResponse(options?.signal, this, true);
  }

  /**
   * Sends an update; resolves when the body is no longer needed.
   *
   * @param serviceId The kind of update.
   * @throws {RpcError} `request-closed` if the response has come, or comes while this
   * waits for room; `payload-too-large` (the connection and the request stay usable);
   * the error of the connection.
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
    return this.#sender.sendRequesterUpdate(
      this.#request,
      serviceId,
      body,
      options?.signal,
    );
  }

  /** A handle that only sends updates, to be given away. */
  writeHandle(): SentRequestWriteHandle<B> {
    return new SentRequestWriteHandle(this);
  }

  /** Abandons the request; does nothing once the response has been taken. */
  [Symbol.dispose](): void {
    this.#sender.requests.abandon(this.#request);
  }
}

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
