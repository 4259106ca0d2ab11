import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import { checkLeast } from "../internal/check_options.ts";
import { systemClock } from "../internal/clock.ts";
import { LazySignal } from "../internal/abort.ts";
import { ErrorReporter } from "../internal/errors.ts";
import { ObservedPromise } from "../internal/promises.ts";
import { Semaphore } from "../internal/waiters.ts";
import { turnBudget } from "../internal/event_loop.ts";
import type { Channel } from "../transports/channel.ts";
import { openChannel } from "../transports/streams_channel.ts";
import type { Transport } from "../transports/transport.ts";
import type { ConnectionParts } from "./connection_parts.ts";
import { Counters } from "./counters.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Figures } from "./figures.ts";
import { Moment } from "./moment.ts";
import type { ReceivedItem } from "./received_item.ts";
import { GraceTimer, StallTimeout } from "./ending/stall_timeout.ts";
import { Lifecycle } from "./ending/lifecycle.ts";
import { FlowControl } from "./flow/flow_control.ts";
import { GiveWayTimer, PauseNotice } from "./flow/pause_notice.ts";
import { Inbox } from "./flow/inbox.ts";
import { WriteQueue } from "./flow/write_queue.ts";
import { Taker } from "./handles/taker.ts";
import {
  type ErrorContext,
  type ErrorPeer,
  errorPeerOf,
} from "./error_context.ts";
import { Heartbeat } from "./liveness/heartbeat.ts";
import { LifeSigns } from "./liveness/life_signs.ts";
import { askEvery } from "./liveness/pinger.ts";
import { MessageFactory } from "./message_factory.ts";
import {
  flowLimits,
  type PeerOptions,
  type ResolvedPeerOptions,
  resolvePeerOptions,
} from "./options.ts";
import { probe, reportError } from "./probe.ts";
import { Reader } from "./reader.ts";
import { HandleFinalizer } from "./requests/handle_finalizer.ts";
import { UnclaimedDescriptors } from "./requests/unclaimed_descriptors.ts";
import type { RequestContext } from "./requests/request_context.ts";
import { RequestTracker } from "./requests/request_tracker.ts";
import { Responder } from "./responder.ts";
import { Sender } from "./sender.ts";
import { StreamRoutes } from "./streams/stream_routes.ts";

/** A connection, as far as a broadcast needs it. The handle that it came from may be released. */
export interface BroadcastTarget {
  /** Aborted when nothing can be sent any more. */
  readonly signal: AbortSignal;
  /** Sends stream messages. */
  readonly sender: Pick<Sender<Body>, "sendNewest">;
  /** Takes an error that has nobody else to go to. */
  report(error: unknown): void;
}

/**
 * One connection: puts its parts together. Flow control decides when it reads,
 * and its lifecycle what becomes of it.
 */
export class Connection<B extends Body, I> {
  /** What it runs on. */
  readonly transport: Transport<B, I>;
  /** The limits. */
  readonly options: ResolvedPeerOptions;
  /** What has been received and not taken. */
  readonly inbox: Inbox<ReceivedItem<B>>;
  /** Where stream messages go that aren't for the inbox. */
  readonly streams: StreamRoutes<B>;
  /** Sends what this side begins. */
  readonly sender: Sender<B>;
  /** Ends requests whose handles are gone. */
  readonly finalizer: HandleFinalizer<B>;
  /** What is counted. */
  readonly counters: Counters = new Counters();
  /** Who takes the messages. */
  readonly taker: Taker = new Taker();
  /** The reserved service ids whose requests are served now. */
  readonly servedReserved: Set<number> = new Set();
  /** What it tells of itself. */
  readonly figures: Figures<B>;
  readonly #queue: WriteQueue<B>;
  readonly #dispatcher: Dispatcher<B>;
  readonly #reader: Reader<B>;
  readonly #lifecycle: Lifecycle<B>;
  readonly #unclaimed = new UnclaimedDescriptors();
  readonly #reporter: ErrorReporter<ErrorContext>;
  #errorPeer: ErrorPeer | null = null;
  readonly #end = new LazySignal<RpcError>();
  readonly #draining = new LazySignal<RpcError>();
  readonly #grace: GraceTimer;
  readonly #heartbeat: Heartbeat | null;
  #handles = 0;

  /**
   * Takes over a transport.
   *
   * @throws {RangeError} If an option is out of its range.
   */
  constructor(
    transport: Transport<B, I>,
    options?: PeerOptions,
    parts: ConnectionParts<B> = {},
  ) {
    const resolved = this.options = resolvePeerOptions(options);
    const clock = parts.clock ?? systemClock;
    const { shared } = parts;
    const tables = parts.tables ??
      new RequestTracker(0, shared?.receivedRequests);
    const { counters } = this;
    const moment = new Moment(clock);
    this.transport = transport;
    const messages = new MessageFactory(transport);
    const pingBody = resolved.heartbeat === null
      ? new Uint8Array()
      : askEvery(resolved.heartbeat.interval / 2);
    const channel: Channel<B> = openChannel(transport, {
      onRefused: (header, error) => this.#dispatcher.sendRefused(header, error),
      onPartial: () => stallTimeout.beginRead(),
    });
    const openCalls = (): number => tables.sentCount;
    const peer = (): ErrorPeer => this.errorPeer;
    const share = shared?.queuedBytes?.join(
      (error) => this.#lifecycle.onStalled(error),
    ) ?? null;
    const flow: FlowControl = new FlowControl(flowLimits(resolved), {
      detachReplies: () => channel.detach?.(),
      deliver: () => this.inbox.deliver(),
      paused: () => {
        pauseNotice.begin();
        giveWay.begin();
      },
      openCalls,
      now: () => clock.now(),
    }, share);
    this.inbox = new Inbox(flow);
    const queue = this.#queue = new WriteQueue(channel, flow, {
      onWrite: () => {
        moment.pass();
        stallTimeout.beginWrite();
        lifeSigns.onWrite();
      },
      onError: (error) => this.#lifecycle.onWriteError(error),
      moreToCome: () => this.inbox.length > 0,
      peer,
    });
    const permits = new Semaphore(resolved.maxOpenSentRequests);
    const onRequestEnd = (): void => this.#lifecycle.onRequestEnd();
    this.#reporter = new ErrorReporter<ErrorContext>(resolved.onError);
    const report = (error: unknown): void => this.report(error);
    const context: RequestContext = {
      flow,
      unclaimed: this.#unclaimed,
      draining: this.#draining,
      counters,
      moment,
      peer,
      report,
      get end() {
        return sender.closed;
      },
    };
    const streams = this.streams = new StreamRoutes({ flow, counters, report });
    const sender = this.sender = new Sender({
      messages,
      queue,
      tables,
      permits,
      context,
      counters,
      clock,
      extensions: resolved.extensions,
      onRequestEnd,
      pingBody,
      report,
    });
    const responder = new Responder({
      messages,
      queue,
      tables,
      counters,
      isEnding: () => sender.closed !== null,
      onAnswered: () => this.#lifecycle.onAnswered(),
      onReopened: (request) => {
        const { handle } = request;
        if (handle !== null) this.finalizer.watch(request, handle);
      },
      onRefused: (error) => this.#lifecycle.onRefused(error),
    });
    const lifeSigns = new LifeSigns({
      messages,
      queue,
      responder,
      clock,
      isEnding: () => sender.closed !== null,
    });
    const finalizer = this.finalizer = new HandleFinalizer(tables, clock, {
      abandon: (request) => sender.requests.abandon(request),
      drop: (request) => responder.drop(request),
    });
    this.#dispatcher = new Dispatcher({
      tables,
      permits,
      inbox: this.inbox,
      streams,
      sender,
      responder,
      flow,
      context,
      maxOpenReceivedRequests: resolved.maxOpenReceivedRequests,
      finalizer,
      counters,
      clock,
      onRequestEnd,
      lifeSigns,
      servedReserved: this.servedReserved,
      report,
    });
    const reader = new Reader(channel, flow, parts.budget ?? turnBudget, {
      onRead: () => this.#heartbeat?.onRead(),
      onBatch: () => moment.pass(),
      onItem: (item) => this.#dispatcher.dispatch(item),
      peer,
      onEnd: () => this.#lifecycle.onRemoteEnd(),
      onError: (error) => this.#lifecycle.onReadError(error),
    });
    this.#reader = reader;
    const stallTimeout = new StallTimeout(
      channel,
      clock,
      resolved.stallTimeout,
      {
        isReading: () => reader.reading,
        steps: () => counters.messagesReceived + flow.pauses,
        isWriting: () => queue.writing,
      },
      (error) => this.#lifecycle.onStalled(error),
    );
    const pauseNotice = new PauseNotice(flow, clock, openCalls, report);
    const giveWay = new GiveWayTimer(
      flow,
      clock,
      resolved.stallTimeout,
      () => this.#dispatcher.giveWay(),
    );
    const grace = this.#grace = new GraceTimer(clock, () => {
      // Closing has a time of its own.
      if (!this.#lifecycle.isClosing) this.#close();
    });
    this.#lifecycle = new Lifecycle({
      options: resolved,
      clock,
      channel,
      reader,
      queue,
      flow,
      tables,
      permits,
      sender,
      responder,
      endInbox: (error) => {
        this.inbox.end(error);
        streams.end(error);
      },
      onEndSending: (error) => this.#end.fire(error),
      async stopWatching() {
        finalizer.stop();
        grace.stop();
        lifeSigns.stop();
        if (share !== null) shared!.queuedBytes!.leave(share);
        const watches = [stallTimeout, pauseNotice, giveWay];
        await Promise.all(watches.map((watch) => watch.stop()));
        await heartbeat?.stop();
      },
      unref: () => transport.unref?.(),
      report,
    });
    const { inbox } = this;
    const lifecycle = this.#lifecycle;
    this.figures = new Figures({
      ...{ transport, channel, queue, flow, tables, permits, counters, inbox },
      moment,
      get state() {
        return lifecycle.state;
      },
    });
    const heartbeat = this.#heartbeat = resolved.heartbeat === null
      ? null
      : new Heartbeat(clock, resolved.heartbeat, {
        isReading: () => reader.reading && sender.closed === null,
        isWriting: () => queue.writing,
        written: () => channel.written,
        ping: () => sender.pinger.ping(),
        onEnd: (error) => this.#lifecycle.onStalled(error),
      });
  }

  /** Calls back when everything has ended, which doesn't count as waiting for it. */
  whenClosed(run: (error: RpcError | null) => void): void {
    this.#lifecycle.closed.then(run);
  }

  /** Resolves when everything has ended: to the error that ended it, or null. */
  get closed(): Promise<RpcError | null> {
    return this.#observe(this.#lifecycle.closed);
  }

  /** Aborted when the connection ends. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Fires when it begins to drain. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** Begins to read and to write. */
  start(): void {
    const { state } = this.#lifecycle;
    if (state !== "open" && state !== "draining") return;
    if (this.#reader.started) return;
    this.#queue.start();
    this.#reader.start();
    if (probe !== null) probe.connected(this);
  }

  /** Nobody takes requests and stream messages any more. */
  readerGone(): void {
    this.#dispatcher.readerGone();
  }

  /** One handle more keeps it open. */
  retain(): void {
    this.#handles++;
  }

  /** One handle less: it closes with the last one. */
  release(): void {
    if (--this.#handles === 0) this.#close();
  }

  /** Closes this side: see `PeerHandle.close`. Idempotent. */
  close(): Promise<void> {
    this.#close();
    const { closed } = this.#lifecycle;
    return this.#observe(closed.then(() => this.#unclaimed.clear()));
  }

  /** Lets what is open finish, and closes: see `PeerHandle.drain`. Idempotent. */
  drain(grace: number = this.options.drainTimeout): Promise<void> {
    try {
      checkLeast("grace", grace, 0);
    } catch (error) {
      return Promise.reject(error);
    }
    if (!this.#lifecycle.isClosing) this.#drain(grace);
    return this.#observe(this.#lifecycle.closed.then(() => {}));
  }

  #drain(grace: number): void {
    const lifecycle = this.#lifecycle;
    lifecycle.drain();
    this.#draining.fire(
      new RpcError("connection-closed", "This side drains the connection"),
    );
    this.#dispatcher.drain();
    lifecycle.onRequestEnd();
    if (!lifecycle.isClosing) this.#grace.start(grace);
  }

  /** Waiting for the other side's end keeps the program alive only where somebody waits for it. */
  #observe<T>(promise: Promise<T>): Promise<T> {
    return ObservedPromise.observe(promise, () => this.#lifecycle.setAwaited());
  }

  #close(): void {
    this.streams.clear();
    if (this.#lifecycle.isEnded) return this.#dispatcher.dropInbox();
    this.#lifecycle.close();
    this.#dispatcher.readerGone();
  }

  /** What others see of it; always the same object. */
  get errorPeer(): ErrorPeer {
    return this.#errorPeer ??= errorPeerOf(this);
  }

  /** Takes an error that has nobody else to go to, and what it belongs to. */
  report(error: unknown, context: ErrorContext = {}): void {
    reportError(this.#reporter, error, { peer: this.errorPeer, ...context });
  }
}
