import type { ErrorContext } from "../error_context.ts";
import type { DrainOptions } from "./drain_options.ts";
import type { Body, BodyInput, StreamBody } from "../../protocol/body.ts";
import type { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { call, type CallOptions } from "./call.ts";
import type { BroadcastTarget, Connection } from "../connection.ts";
import type { RequestOptions } from "../requests/request_options.ts";
import type { SignalOptions } from "./signal_options.ts";
import { PeerCloseHandle } from "./peer_close_handle.ts";
import { SentRequest } from "../requests/sent_request.ts";
import { SentRequestHandle } from "./sent_request_handle.ts";
import type { OpenRequest, OpenRequestsOptions } from "../open_request.ts";
import type { PeerStats } from "../stats.ts";
import type { NamedStream, StreamUse } from "../streams/stream_routes.ts";
import type {
  StreamSubscription,
  SubscribeOptions,
} from "../streams/stream_subscription.ts";

/**
 * Sends requests and stream messages. It comes from `PeerHandle.split()`, and
 * can be cloned to be given away; the connection closes when the read handle and
 * all write handles are released.
 *
 * - Order: stream messages go out in the order sent, and so do the messages of
 *   one request.
 * - Backpressure: sends wait while `writeQueueBytes` are queued;
 *   `sendRequest` also while `maxOpenSentRequests` are open.
 * - Closing: `close()` closes the connection, dispose only releases this handle.
 *
 * @example Two halves
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * const [reader, writer] = Peer.spawn(a).split();
 * await using server = Peer.spawn(b);
 * const serving = server.serve({ 1: () => "pong" });
 * assertEquals((await writer.call(1, "ping")).text(), "pong");
 * reader[Symbol.dispose]();
 * writer[Symbol.dispose](); // the last handle: the connection closes
 * await Promise.all([writer.closed, serving]);
 * ```
 */
export class PeerWriteHandle<B extends Body = StreamBody, I = unknown>
  implements Disposable {
  readonly #connection: Connection<B, I>;
  readonly #lent: boolean;
  #released = false;

  /**
   * @internal Made by another handle. One that is lent keeps nothing open, and
   * its dispose does nothing.
   */
  constructor(connection: Connection<B, I>, lent: boolean = false) {
    this.#connection = connection;
    this.#lent = lent;
    if (!lent) connection.retain();
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
   * Makes another handle of the same connection, with a life of its own.
   *
   * @throws {TypeError} If this one is released.
   */
  clone(): PeerWriteHandle<B, I> {
    return new PeerWriteHandle(this.#open());
  }

  /** Whether another handle belongs to the same connection. */
  samePeer(other: PeerWriteHandle<B, I>): boolean {
    return this.#connection === other.#connection;
  }

  /**
   * Sends a request, and gives a handle for updates and the response. See
   * {@linkcode PeerHandle.sendRequest}.
   *
   * @throws {TypeError} If the handle is released.
   */
  sendRequest(
    serviceId: number,
    body: BodyInput<B>,
    options?: RequestOptions<B>,
  ): Promise<SentRequestHandle<B>> {
    // Not an async function: most requests are sent at once, and to await one takes
    // as long as sending it.
    try {
      const { requests } = this.#open().sender;
      const started = requests.start(serviceId, body, options);
      return started instanceof SentRequest
        ? Promise.resolve(this.#handleOf(started))
        : this.#handleLater(started);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #handleLater(
    started: Promise<SentRequest<B>>,
  ): Promise<SentRequestHandle<B>> {
    return this.#handleOf(await started);
  }

  #handleOf(request: SentRequest<B>): SentRequestHandle<B> {
    const { sender, finalizer } = this.#connection;
    const handle = new SentRequestHandle(sender, request);
    finalizer.watch(request, handle);
    return handle;
  }

  /**
   * Sends a stream message, which nobody answers. See
   * {@linkcode PeerHandle.sendStream}.
   *
   * @throws {TypeError} If the handle is released.
   */
  sendStream(
    serviceId: number,
    body: BodyInput<B>,
    options?: SignalOptions,
  ): Promise<void> {
    if (this.#released) return Promise.reject(releasedError());
    const { sender } = this.#connection;
    return sender.sendStream(serviceId, body, options?.signal);
  }

  /**
   * Sends a request and takes its response; updates are skipped. See
   * {@linkcode PeerHandle.call}.
   *
   * @throws {TypeError} If the handle is released.
   */
  call(
    serviceId: number,
    body: BodyInput<B>,
    options?: CallOptions<B>,
  ): Promise<Message<B>> {
    if (this.#released) return Promise.reject(releasedError());
    return call(this.#connection, serviceId, body, options);
  }

  /**
   * Asks the other side's library for an answer, which it gives at once, whatever its
   * application does. Resolves to the milliseconds that this took.
   *
   * - It takes no place of `maxOpenSentRequests`, and doesn't wait for room. But what
   *   is queued goes out before it, and a side whose reading is paused answers when
   *   it reads on.
   * - One ping at a time is unanswered: those that ping meanwhile share its answer.
   * - For peers of this library, which need no option for it. For one of the native
   *   crate it is a request for an unknown service, which may end its loop.
   *
   * @example
   * ```ts
   * import { assert } from "jsr:@std/assert";
   * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
   *
   * const [a, b] = MemoryTransport.pair();
   * await using peer = Peer.spawn(a);
   * await using _other = Peer.spawn(b);
   * const ms = await peer.ping({ signal: AbortSignal.timeout(5000) });
   * assert(ms >= 0);
   * ```
   * @throws {RpcError} `remote-error` if the other side knows no pings. The error of
   * the connection, if it has ended or ends meanwhile.
   * @throws {TypeError} If the handle is released.
   * @throws The reason of the signal, when it fires. The ping stays unanswered.
   */
  ping(options?: SignalOptions): Promise<number> {
    if (this.#released) return Promise.reject(releasedError());
    return this.#connection.sender.pinger.ping(options?.signal);
  }

  /**
   * Takes the messages of one stream, beside what takes the others. See
   * {@linkcode PeerReadHandle.subscribe}. It doesn't end with this handle, but with the
   * connection.
   *
   * @throws {TypeError} If the handle is released; if the stream has a subscription
   * or is served.
   */
  subscribe(
    serviceId: number,
    options?: SubscribeOptions,
  ): StreamSubscription<Message<B>> {
    return this.#open().streams.subscribe(serviceId, options);
  }

  /** @internal Gives what is said of the streams of an interface to the connection; what it gives takes that back. */
  declareStreams(streams: Iterable<NamedStream>, use: StreamUse): () => void {
    return this.#open().streams.declare(streams, use);
  }

  /** @internal How long a call may take that has no timeout of its own. */
  get callTimeout(): number {
    return this.#open().options.callTimeout;
  }

  /** @internal Gives a broadcast the connection, the same from all of its handles. */
  broadcastTarget(): BroadcastTarget {
    // A broadcast sends bodies of any kind: each transport makes its own of them.
    return this.#open() as unknown as BroadcastTarget;
  }

  /** @internal Gives what builds on the peer a way to its `onError`. */
  report(error: unknown, context?: ErrorContext): void {
    this.#connection.report(error, context);
  }

  /** @internal Counts what isn't delivered by what builds on the peer. */
  count(figure: "errors" | "droppedMessages"): void {
    this.#connection.counters[figure]++;
  }

  /** @internal Calls back when the connection is closed, which keeps no program alive. */
  whenClosed(run: () => void): void {
    this.#connection.whenClosed(run);
  }

  /** The figures of the connection. */
  stats(): PeerStats {
    return this.#open().figures.stats();
  }

  /**
   * The requests that have no response yet, of both sides, the oldest first. See
   * {@linkcode PeerHandle.openRequests}.
   *
   * @throws {RangeError} If `limit` is no number of at least 0.
   * @throws {TypeError} If the handle is released.
   */
  openRequests(options: OpenRequestsOptions = {}): OpenRequest[] {
    return this.#open().figures.openRequests(options);
  }

  /** A handle that only closes the connection, and keeps nothing alive. */
  closeHandle(): PeerCloseHandle {
    return new PeerCloseHandle(this.#connection);
  }

  /**
   * Takes no new requests, lets the open ones finish, and closes the connection. See
   * {@linkcode PeerHandle.drain}.
   */
  drain(options?: DrainOptions): Promise<void> {
    return this.#connection.drain(options?.grace);
  }

  /** Closes the connection. See {@linkcode PeerHandle.close}. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Releases this handle. */
  [Symbol.dispose](): void {
    if (this.#lent || this.#released) return;
    this.#released = true;
    this.#connection.release();
  }

  #open(): Connection<B, I> {
    if (this.#released) throw releasedError();
    return this.#connection;
  }
}

function releasedError(): TypeError {
  return new TypeError("The write handle is released");
}
