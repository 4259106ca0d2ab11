import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import type { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import type { RequestOptions } from "../requests/request_options.ts";
import type { CallOptions } from "./call.ts";
import type { BroadcastTarget, Connection } from "../connection.ts";
import type { ErrorContext } from "../error_context.ts";
import type { DrainOptions } from "./drain_options.ts";
import type { SignalOptions } from "./signal_options.ts";
import type { PeerCloseHandle } from "./peer_close_handle.ts";
import { PeerReadHandle } from "./peer_read_handle.ts";
import { PeerWriteHandle } from "./peer_write_handle.ts";
import type { ReceivedMessage } from "./received_message.ts";
import type { SentRequestHandle } from "./sent_request_handle.ts";
import type { ServeHandlers, ServeOptions } from "./serve.ts";
import type { OpenRequest, OpenRequestsOptions } from "../open_request.ts";
import type { PeerStats } from "../stats.ts";
import type { NamedStream, StreamUse } from "../streams/stream_routes.ts";
import type {
  StreamSubscription,
  SubscribeOptions,
} from "../streams/stream_subscription.ts";

/**
 * One side of a connection: sends requests and stream messages, and takes those
 * of the other side. Both sides are equal, whoever connected.
 *
 * - Order: stream messages arrive in the order sent, and so do the messages of
 *   one request. A large body holds up what is behind it.
 * - Backpressure: sends wait while `writeQueueBytes` are queued. Reading pauses,
 *   responses included, while too many messages or updates aren't taken. A program
 *   that takes no messages should `split()` and release the read handle. A loop over
 *   messages or updates must not await a call of the same connection; handlers of
 *   `serve()` may.
 * - Closing: `close()` or `await using`; `drain()` lets open requests finish. When
 *   the other side ends, iteration ends, and its earlier requests can still be
 *   answered.
 * - After `split()` only `info` and `closed` are left; all else is a TypeError.
 *
 * @example Both sides ask
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * await using left = Peer.spawn(a);
 * await using right = Peer.spawn(b);
 * const serving = [
 *   left.serve({ 1: () => "left" }),
 *   right.serve({ 1: () => "right" }),
 * ];
 * assertEquals((await left.call(1, "who?")).text(), "right");
 * assertEquals((await right.call(1, "who?")).text(), "left");
 * await left.close();
 * await Promise.all(serving);
 * ```
 */
export class PeerHandle<B extends Body = StreamBody, I = unknown>
  implements AsyncDisposable {
  readonly #connection: Connection<B, I>;
  /** Null after `split()`. */
  #halves: [PeerReadHandle<B, I>, PeerWriteHandle<B, I>] | null;

  /** @internal Made by `Peer`. */
  constructor(connection: Connection<B, I>) {
    this.#connection = connection;
    this.#halves = [
      new PeerReadHandle(connection),
      new PeerWriteHandle(connection),
    ];
  }

  /** What is known of the connection: addresses or credentials. */
  get info(): I {
    return this.#connection.transport.info;
  }

  /** Resolves when the connection has ended: to the error that ended it, or null. Never rejects. */
  get closed(): Promise<RpcError | null> {
    return this.#connection.closed;
  }

  /**
   * Takes the next request or stream message.
   *
   * @returns The message, or null after a clean end.
   * @throws {RpcError} A non-fatal error in its place in the order
   * (`duplicate-request-id`, `unknown-request-id`, ...; the connection stays
   * usable), or the fatal one that ended the connection, each time again.
   * @throws {TypeError} After `split()`, or if something else takes the messages.
   * @throws The reason of the signal, when it fires.
   */
  recvMessage(options?: SignalOptions): Promise<ReceivedMessage<B> | null> {
    if (this.#halves === null) return Promise.reject(splitError());
    return this.#halves[0].recvMessage(options);
  }

  /**
   * The messages until a clean end; a fatal error is thrown, non-fatal ones go to
   * `onError`. Breaking out leaves everything open, and the messages to others.
   *
   * @throws {TypeError} After `split()`, or if something else takes the messages.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<ReceivedMessage<B>> {
    return this.#open()[0][Symbol.asyncIterator]();
  }

  /**
   * Answers requests by service id. Handlers are called in the order of the
   * requests, and run at the same time: up to `maxOpenReceivedRequests` of them.
   *
   * Resolves, and never rejects for that, when the connection has ended, however
   * it ended, and the handlers are done. Errors, a fatal one included, go to
   * `onError`.
   *
   * @param handlers By service id: what a handler returns is the response, what it
   * throws an error response. A service without a handler gets an error response.
   * @throws {RangeError} If the service id of a handler is reserved, or `cancel` is no
   * service id.
   * @throws {TypeError} After `split()`, or if something else takes the messages.
   */
  serve(
    handlers: ServeHandlers<B>,
    options?: ServeOptions<B>,
  ): Promise<void> {
    if (this.#halves === null) return Promise.reject(splitError());
    return this.#halves[0].serve(handlers, options);
  }

  /**
   * Takes the messages of one stream from now on, past the inbox and beside what
   * takes the others. See {@linkcode PeerReadHandle.subscribe}.
   *
   * @throws {TypeError} If the stream has a subscription, or is served by an
   * interface; after `split()`.
   */
  subscribe(
    serviceId: number,
    options?: SubscribeOptions,
  ): StreamSubscription<Message<B>> {
    return this.#open()[0].subscribe(serviceId, options);
  }

  /**
   * Sends a request, and gives a handle for updates and the response.
   *
   * - Resolves when the body is no longer needed (copied, or taken by the kernel),
   *   not when the other side has it.
   * - Waits while `writeQueueBytes` are queued, and while `maxOpenSentRequests` of
   *   this side are open.
   * - `signal` and `timeout` end the request, however far it is: what waits for it
   *   rejects, this promise once the body is no longer needed: see
   *   {@linkcode RequestOptions}. With `extensions` or `onAbort` the other side is told.
   *
   * @param serviceId The service asked for.
   * @param body Text, bytes, or an object with `data`; not to be changed until the
   * promise has resolved.
   * @throws {RpcError} `payload-too-large` or `no-free-request-id`, on a Unix
   * seqpacket socket also `too-many-fds` or `encode-failed`: nothing is sent, and
   * the connection stays usable. `deadline-exceeded`, after which it stays usable
   * too. The error of the connection, if it has ended or ends meanwhile. All of them
   * have an `outcome`.
   * @throws {TypeError} If the body is neither text nor bytes, or has been disposed;
   * if the metadata isn't an object of strings, has a name of the library's own, or
   * is given without `extensions`; after `split()`.
   * @throws {RangeError} If the service id is no integer from -2^31 to 2^31 - 1, or
   * reserved.
   * @throws The reason of the signal, when it fires.
   */
  sendRequest(
    serviceId: number,
    body: BodyInput<B>,
    options?: RequestOptions<B>,
  ): Promise<SentRequestHandle<B>> {
    if (this.#halves === null) return Promise.reject(splitError());
    return this.#halves[1].sendRequest(serviceId, body, options);
  }

  /**
   * Sends a stream message, which nobody answers.
   *
   * - Resolves when the body is no longer needed (copied, or taken by the kernel),
   *   not when the other side has it.
   * - Waits while `writeQueueBytes` are queued; a signal ends that.
   *
   * @param serviceId The kind of stream message.
   * @param body Text, bytes, or an object with `data`; not to be changed until the
   * promise has resolved.
   * @throws {RpcError} `payload-too-large`, on a Unix seqpacket socket also
   * `too-many-fds` or `encode-failed`: nothing is sent, and the connection stays
   * usable. The error of the connection, if it has ended or ends meanwhile.
   * @throws {TypeError} If the body is neither text nor bytes, or has been disposed;
   * after `split()`.
   * @throws {RangeError} If the service id is no integer from -2^31 to 2^31 - 1, or
   * reserved.
   * @throws The reason of the signal, when it fires.
   */
  sendStream(
    serviceId: number,
    body: BodyInput<B>,
    options?: SignalOptions,
  ): Promise<void> {
    if (this.#halves === null) return Promise.reject(splitError());
    return this.#halves[1].sendStream(serviceId, body, options);
  }

  /**
   * Sends a request and takes its response; updates are skipped. It waits as
   * `sendRequest` does, and then for the response.
   *
   * @param serviceId The service asked for.
   * @param body Text, bytes, or an object with `data`; not to be changed until the
   * promise has resolved.
   * @throws {RpcError} `remote-error` with the text and the `reason` of an error
   * response; `deadline-exceeded` when the `timeout` is over, here or there; what
   * `sendRequest` throws; on a Unix seqpacket socket also `payload-too-large` or
   * `too-many-fds` if the response is over a limit of this side. After all of these
   * the connection stays usable. The error of the connection, if it has ended or
   * ends meanwhile.
   * @throws {TypeError} If the body is neither text nor bytes, or has been disposed;
   * after `split()`.
   * @throws {RangeError} If the service id is no integer from -2^31 to 2^31 - 1, or
   * reserved.
   * @throws The reason of the signal, when it fires.
   */
  call(
    serviceId: number,
    body: BodyInput<B>,
    options?: CallOptions<B>,
  ): Promise<Message<B>> {
    if (this.#halves === null) return Promise.reject(splitError());
    return this.#halves[1].call(serviceId, body, options);
  }

  /**
   * Asks the other side's library for an answer; resolves to the milliseconds that
   * this took. See {@linkcode PeerWriteHandle.ping}.
   *
   * @throws {TypeError} After `split()`.
   */
  ping(options?: SignalOptions): Promise<number> {
    if (this.#halves === null) return Promise.reject(splitError());
    return this.#halves[1].ping(options);
  }

  /**
   * Takes the two halves apart, and empties this handle: disposing it does
   * nothing from then on. The connection closes when both halves, and all clones
   * of the writing one, are released.
   *
   * @throws {TypeError} If it was split before.
   */
  split(): [PeerReadHandle<B, I>, PeerWriteHandle<B, I>] {
    const halves = this.#open();
    this.#halves = null;
    return halves;
  }

  /** @internal Gives what is said of the streams of an interface to the connection; what it gives takes that back. */
  declareStreams(streams: Iterable<NamedStream>, use: StreamUse): () => void {
    return this.#open()[0].declareStreams(streams, use);
  }

  /** @internal How long a call may take that has no timeout of its own. */
  get callTimeout(): number {
    return this.#open()[1].callTimeout;
  }

  /** @internal Gives a broadcast the connection, the same from all of its handles. */
  broadcastTarget(): BroadcastTarget {
    return this.#open()[1].broadcastTarget();
  }

  /** @internal Makes the `peer` of handlers, which keeps nothing open. */
  lendWriter(): PeerWriteHandle<B, I> {
    return new PeerWriteHandle(this.#connection, true);
  }

  /** @internal Gives what builds on the peer a way to its `onError`. */
  report(error: unknown, context?: ErrorContext): void {
    this.#connection.report(error, context);
  }

  /** @internal Counts what isn't delivered by what builds on the peer. */
  count(figure: "errors" | "droppedMessages"): void {
    this.#connection.counters[figure]++;
  }

  /** A handle that only closes the connection, and keeps nothing alive. */
  closeHandle(): PeerCloseHandle {
    return this.#open()[1].closeHandle();
  }

  /** The figures of the connection. */
  stats(): PeerStats {
    this.#open();
    return this.#connection.figures.stats();
  }

  /**
   * The requests of both sides that have no response yet, the oldest first.
   *
   * @throws {RangeError} If `limit` is no number of at least 0.
   * @throws {TypeError} After `split()`.
   */
  openRequests(options: OpenRequestsOptions = {}): OpenRequest[] {
    this.#open();
    return this.#connection.figures.openRequests(options);
  }

  /** Lets the connection keep the program alive, which is the default. */
  ref(): void {
    this.#open();
    this.#connection.transport.ref?.();
  }

  /** Lets the program end while the connection is open. */
  unref(): void {
    this.#open();
    this.#connection.transport.unref?.();
  }

  /**
   * Ends the connection in good order. Idempotent.
   *
   * - From now on new requests of the other side are refused with `unavailable`, as are
   *   those that nobody has taken yet. The signal `draining` of handlers fires, and
   *   requests of services that are declared `endless` are cancelled.
   * - Open requests of both sides go on, and so does all that this side sends. When the
   *   last one is done, the connection closes; at once if none is open.
   * - After `grace` milliseconds what is left is closed, as `close()` does it: the
   *   signals of open requests fire. A shorter `grace` of another call counts.
   * - Resolves when the connection is closed. So a handler must not await it: its own
   *   request is open until it answers.
   *
   * @throws {RangeError} If `grace` is no number of at least 0.
   * @throws {TypeError} After `split()`.
   *
   * @example What has begun is finished
   * ```ts
   * import { assertEquals } from "jsr:@std/assert";
   * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
   *
   * const [a, b] = MemoryTransport.pair();
   * await using client = Peer.spawn(a);
   * await using server = Peer.spawn(b);
   * const begun = Promise.withResolvers<void>();
   * const go = Promise.withResolvers<void>();
   * const serving = server.serve({
   *   1: async () => {
   *     begun.resolve();
   *     await go.promise;
   *     return "done";
   *   },
   * });
   * const call = client.call(1, "");
   * await begun.promise;
   * const drained = server.drain({ grace: 5000 });
   * go.resolve();
   * assertEquals((await call).text(), "done");
   * await Promise.all([drained, serving]);
   * ```
   */
  drain(options?: DrainOptions): Promise<void> {
    if (this.#halves === null) return Promise.reject(splitError());
    return this.#connection.drain(options?.grace);
  }

  /**
   * Closes the connection. Idempotent.
   *
   * - New sends fail at once with `connection-closed`, as do open requests of this
   *   side; those of the other side get an error response. Unread messages are
   *   dropped.
   * - What was accepted is written. Where closing at once could lose the last of
   *   it, as over TCP, the other side's end is awaited: at most a second after its
   *   last byte, if requests of this side were open.
   * - Resolves when the socket is closed, or when `closeTimeout` is over.
   *
   * @throws {TypeError} After `split()`.
   */
  close(): Promise<void> {
    if (this.#halves === null) return Promise.reject(splitError());
    return this.#connection.close();
  }

  /** Closes the connection; does nothing after `split()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#halves !== null) await this.#connection.close();
  }

  #open(): [PeerReadHandle<B, I>, PeerWriteHandle<B, I>] {
    if (this.#halves !== null) return this.#halves;
    throw splitError();
  }
}

function splitError(): TypeError {
  return new TypeError("The handle has been split");
}
