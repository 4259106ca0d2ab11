import type { ErrorContext } from "../peer/error_context.ts";
import { checkLeast } from "../internal/check_options.ts";
import { ErrorReporter } from "../internal/errors.ts";
import { Waiters } from "../internal/waiters.ts";
import type { Body, BodyInput, StreamBody } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import type { Message } from "../protocol/message.ts";
import type { Caller } from "../peer/handles/caller.ts";
import type { CallOptions } from "../peer/handles/call.ts";
import type { DrainOptions } from "../peer/handles/drain_options.ts";
import type { SignalOptions } from "../peer/handles/signal_options.ts";
import type { RequestOptions } from "../peer/requests/request_options.ts";
import type { NamedStream, StreamUse } from "../peer/streams/stream_routes.ts";
import type {
  StreamSubscription,
  SubscribeOptions,
} from "../peer/streams/stream_subscription.ts";
import { LinkCalls } from "./link_calls.ts";
import { LinkConnections } from "./link_connections.ts";
import {
  type LinkOptions,
  type LinkParts,
  resolveLinkOptions,
  resolveParts,
} from "./link_options.ts";
import { linkEndError } from "./link_end_error.ts";
import type { LinkRequest } from "./link_request.ts";
import { sendLinkRequest } from "./send_link_request.ts";
import { type LinkState, type LinkStatus, sameStatus } from "./link_status.ts";
import { LinkStreams } from "./link_streams.ts";
import type { LinkedPeer } from "./linked_peer.ts";
import { RetryBudget } from "./retry_budget.ts";
import type { LinkStats } from "./link_stats.ts";
import { StatusFeed } from "./status_feed.ts";
import { statusOf } from "./status_of.ts";
import type { Target } from "./subchannel.ts";

/**
 * A connection that comes back. It has what the writing side of a peer has, and typed
 * clients are made of it as of a peer: `Camera.client(link)`.
 *
 * - A call that is made while there is no connection waits for one, at most its
 *   timeout. One that can't have run is made again by itself: when it was `not-sent`,
 *   or refused as `unavailable`, which takes the retry budget. One that may have run
 *   fails with outcome `unknown`, unless it is `idempotent`.
 * - Order: calls that wait begin in the order that they were made in. Those that are
 *   made again come later than others.
 * - Subscriptions begin again on each new connection.
 * - Closing: `close()` or `await using`, at once; `drain()` lets open requests finish.
 *   A link keeps the program alive until then, also while it waits.
 *
 * @example A server that goes away, and comes back
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer, type PeerHandle } from "jsr:@fizyr/rpc";
 * import { reconnect } from "jsr:@fizyr/rpc/reconnect";
 *
 * let server: PeerHandle;
 * await using link = reconnect(() => {
 *   const [a, b] = MemoryTransport.pair();
 *   server = Peer.spawn(b);
 *   server.serve({ 1: (_request, body) => body });
 *   return Peer.spawn(a);
 * });
 * assertEquals((await link.call(1, "first")).text(), "first");
 * await server!.close();
 * assertEquals((await link.call(1, "second")).text(), "second");
 * ```
 */
export class Link<B extends Body = StreamBody, I = unknown>
  implements Caller<B, I>, AsyncDisposable, AsyncIterable<LinkStatus> {
  readonly #connections: LinkConnections<B, I>;
  readonly #calls: LinkCalls<B, I>;
  readonly #streams: LinkStreams<B, I>;
  readonly #feed: StatusFeed;
  readonly #reporter: ErrorReporter<ErrorContext>;
  readonly #waiters = new Waiters<void>();
  /** @internal How long a call may take that doesn't say so itself, in milliseconds. */
  readonly callTimeout: number;
  readonly #parts: ReturnType<typeof resolveParts>;
  readonly #closed = Promise.withResolvers<unknown>();
  readonly #onOnline = (): void => this.retryNow();
  readonly #counts = { connections: 0, retries: 0, errors: 0, dropped: 0 };
  #state: "open" | "draining" | "closed" = "open";
  #error: unknown = null;
  #status: LinkStatus;
  #newest: LinkedPeer<B, I> | null = null;

  /** @internal Made by `reconnect`. */
  constructor(
    targets: readonly Target<B, I>[],
    options: LinkOptions<B, I>,
    parts: LinkParts = {},
  ) {
    const resolved = resolveLinkOptions(options);
    const { clock, random, events } = this.#parts = resolveParts(parts);
    this.callTimeout = resolved.callTimeout;
    this.#reporter = new ErrorReporter(resolved.onError);
    const report = (error: unknown, context?: ErrorContext): void =>
      this.report(error, context);
    this.#feed = new StatusFeed(report);
    if (resolved.onState !== undefined) this.#feed.observe(resolved.onState);
    this.#streams = new LinkStreams({
      pick: () => this.#connections.pick(),
      onEnded: (linked, error) => this.#connections.leave(linked, error),
      report,
    });
    this.#connections = new LinkConnections(targets, {
      options: resolved,
      clock,
      random,
      prepare: (linked) => {
        this.#newest = linked;
        this.#counts.connections++;
        this.#streams.attach(linked);
      },
      onLeft: () => this.#streams.reattach(),
      onChange: () => this.#changed(),
    });
    this.#calls = new LinkCalls({
      clock,
      random,
      backoff: resolved.backoff,
      budget: new RetryBudget(resolved.retryBudget),
      extensions: resolved.extensions,
      pick: () => {
        if (this.#state !== "open") throw this.#endError();
        return this.#connections.pick();
      },
      whenReady: (signal) => this.#waiters.wait(signal),
      leave: (linked, error) => this.#connections.leave(linked, error),
      onRetry: () => this.#counts.retries++,
    });
    this.#status = { state: "connecting", error: null, retryAt: null };
    events.addEventListener("online", this.#onOnline);
    this.#connections.start();
  }

  /** Its state: see {@linkcode LinkState}. */
  get state(): LinkState {
    return this.#status.state;
  }

  /** Its state, why there is no connection, and when the next attempt begins. */
  get status(): LinkStatus {
    return this.#status;
  }

  /**
   * What is known of the newest connection: addresses or credentials.
   *
   * @throws {TypeError} If there hasn't been any.
   */
  get info(): I {
    if (this.#newest !== null) return this.#newest.writer.info;
    throw new TypeError("The link has had no connection yet: await ready()");
  }

  /** Resolves when it has ended for good: to the error that it has given up with, or null. Never rejects. */
  get closed(): Promise<unknown> {
    return this.#closed.promise;
  }

  /** The figures. */
  stats(): LinkStats {
    const { connections, retries, errors, dropped } = this.#counts;
    return {
      connections,
      retries,
      errors,
      droppedMessages: dropped,
      endingConnections: this.#connections.ending,
      waiting: this.#waiters.length,
      subscriptions: this.#streams.size,
    };
  }

  /**
   * Resolves when there is a connection that is set up: at once, if there is one.
   *
   * @throws What the link ends with, if it does; the reason of the signal, when it fires.
   */
  async ready(options?: SignalOptions): Promise<void> {
    await this.#linked(options);
  }

  /**
   * Calls back with each change of the state, until what it gives is called or the
   * link is closed. What the function throws goes to `onError`.
   */
  onState(observer: (status: LinkStatus) => unknown): () => void {
    return this.#feed.observe(observer);
  }

  /** The present state and each change, up to `closed`. A slow loop gets the newest 64. */
  [Symbol.asyncIterator](): AsyncIterableIterator<LinkStatus> {
    return this.#feed.iterate(this.#status);
  }

  /** Ends the wait for the next attempt, if there is one. The runtime's event `online` does it, too. */
  retryNow(): void {
    this.#connections.retryNow();
  }

  /**
   * Makes a call; see `PeerHandle.call`. It waits for a connection, and is made again
   * where that is safe, within its timeout.
   *
   * @throws {RpcError} What `call` of a peer throws, with the outcome of all tries
   * together; `connection-closed` with outcome `not-sent` if the link is closed.
   * @throws The reason of the signal, when it fires.
   */
  call(
    serviceId: number,
    body: BodyInput<B>,
    options?: CallOptions<B>,
  ): Promise<Message<B>> {
    // Not an async function, which would cost one more promise for each call.
    try {
      return this.#calls.run(
        serviceId,
        options,
        this.#calls.begin(options, this.callTimeout),
        ({ writer }, rest) => writer.call(serviceId, body, rest),
        true,
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Sends a request; see `PeerHandle.sendRequest`. Until the first update of either side
   * it is sent again where that is safe; from then on it belongs to its connection, and
   * ends with that. So that it can be, the body is copied. Bytes of 256 KiB or more, and
   * bodies with descriptors, aren't: what has been written of these isn't sent again.
   *
   * @throws {RpcError} What `sendRequest` of a peer throws, with the outcome of all
   * tries together; `connection-closed` with outcome `not-sent` if the link is closed.
   * @throws The reason of the signal, when it fires.
   */
  sendRequest(
    serviceId: number,
    body: BodyInput<B>,
    options: RequestOptions<B> = {},
  ): Promise<LinkRequest<B>> {
    return sendLinkRequest(this.#calls, serviceId, body, options);
  }

  /**
   * Sends a stream message; see `PeerHandle.sendStream`. It waits for a connection, and
   * is sent once: it may be lost with that.
   *
   * @throws {RpcError} What `sendStream` of a peer throws.
   * @throws The reason of the signal, when it fires.
   */
  async sendStream(
    serviceId: number,
    body: BodyInput<B>,
    options?: SignalOptions,
  ): Promise<void> {
    const linked = await this.#linked(options);
    await linked.writer.sendStream(serviceId, body, options);
  }

  /**
   * Asks the other side's library for an answer, over a connection that is there or
   * comes; resolves to the milliseconds that this took.
   *
   * @throws {RpcError} The error of the connection, if it ends meanwhile.
   * @throws The reason of the signal, when it fires.
   */
  async ping(options?: SignalOptions): Promise<number> {
    return await (await this.#linked(options)).writer.ping(options);
  }

  /**
   * Takes the messages of one stream from now on: see `PeerHandle.subscribe`. It goes on
   * with each new connection, and tells that by `onRestart`; what is sent meanwhile is
   * missed. A loop that is slow misses connections that end before it comes to them. It
   * ends with the link.
   *
   * @throws {TypeError} If the stream has a subscription; if `keep` can't be.
   * @throws {RangeError} If the id is no i32, or reserved; if `keep` can't be.
   * @throws The reason of the signal, if it has fired.
   */
  subscribe(
    serviceId: number,
    options: SubscribeOptions = {},
  ): StreamSubscription<Message<B>> {
    return this.#streams.subscribe(serviceId, options);
  }

  /**
   * Takes no new calls, and closes when what is open has finished, or after `grace`
   * milliseconds. Calls that wait for a connection, or to be made again, fail.
   *
   * @throws {RangeError} If `grace` is no number of at least 0.
   */
  async drain({ grace }: DrainOptions = {}): Promise<void> {
    if (grace !== undefined) checkLeast("grace", grace, 0);
    if (this.#state !== "open") return await this.#whenClosed();
    this.#state = "draining";
    this.#release();
    this.#changed();
    await this.#connections.drain(grace);
    // It may have been closed meanwhile.
    if (this.#state === "draining") this.#shut(null);
    await this.#whenClosed();
  }

  /** Closes it at once. Idempotent. Resolves when all of its connections are closed. */
  async close(): Promise<void> {
    await this.giveUp(null);
  }

  /** @internal Closes it at once, with an error. */
  async giveUp(error: unknown): Promise<void> {
    if (this.#state !== "closed") this.#shut(error);
    await this.#whenClosed();
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal Takes what is said of the streams of an interface. */
  declareStreams(streams: Iterable<NamedStream>, use: StreamUse): () => void {
    return this.#streams.declare(streams, use);
  }

  /** @internal Takes an error that has nobody else to go to. */
  report(error: unknown, context?: ErrorContext): void {
    this.#reporter.report(error, context);
  }

  /** @internal Counts what isn't delivered by what builds on it. */
  count(figure: "errors" | "droppedMessages"): void {
    this.#counts[figure === "errors" ? "errors" : "dropped"]++;
  }

  async #linked({ signal }: SignalOptions = {}): Promise<LinkedPeer<B, I>> {
    for (;;) {
      signal?.throwIfAborted();
      if (this.#state !== "open") throw this.#endError();
      const linked = this.#connections.pick();
      if (linked !== null) return linked;
      await this.#waiters.wait(signal);
    }
  }

  #changed(): void {
    const { subchannels } = this.#connections;
    if (
      this.#state === "open" &&
      subchannels.every(({ state }) => state === "closed")
    ) return this.#shut(subchannels[0]!.error);
    const { clock, timeOfDay } = this.#parts;
    const sinceEpoch = timeOfDay() - clock.now();
    const status = this.#state === "open"
      ? statusOf(subchannels, sinceEpoch)
      : { state: this.#state, error: this.#error, retryAt: null };
    if (sameStatus(status, this.#status)) return;
    this.#status = status;
    this.#feed.tell(status);
    if (status.state === "connected") this.#waiters.resolveAll();
  }

  /** Ends it at once. */
  #shut(error: unknown): void {
    this.#end(error);
    this.#release();
    this.#connections.close().then(() => this.#closed.resolve(error));
  }

  #end(error: unknown): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#error = error;
    this.#streams.end(error);
    this.#changed();
  }

  /** Lets go of what waits, and of what it listens to. */
  #release(): void {
    this.#parts.events.removeEventListener("online", this.#onOnline);
    this.#waiters.rejectAll(this.#endError());
    this.#calls.end(this.#endError());
  }

  async #whenClosed(): Promise<void> {
    await this.#closed.promise;
  }

  #endError(): RpcError {
    return linkEndError(this.#state === "draining", this.#error);
  }
}
