import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import type { Channel } from "../transports/channel.ts";
import { openChannel } from "../transports/open_channel.ts";
import { toRpcError } from "../internal/io_error.ts";
import type { Transport } from "../transports/transport.ts";
import { Counters } from "./counters.ts";
import { UnclaimedDescriptors } from "./requests/unclaimed_descriptors.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Inbox } from "./flow/inbox.ts";
import { HandleFinalizer } from "./requests/handle_finalizer.ts";
import {
  type PeerOptions,
  type ResolvedPeerOptions,
  resolvePeerOptions,
} from "./options.ts";
import { Semaphore } from "../internal/semaphore.ts";
import { type Amount, Leftovers } from "./ending/leftovers.ts";
import { Quota } from "./flow/quota.ts";
import { Quiet } from "./ending/quiet.ts";
import { ReadGate } from "./flow/read_gate.ts";
import { RequestTracker } from "./requests/request_tracker.ts";
import { Sender, type Tables } from "./sender.ts";
import { type Clock, systemClock } from "../internal/clock.ts";
import { Stalls } from "./ending/stalls.ts";
import type { PeerStats } from "./stats.ts";
import { immediate, tick } from "../internal/event_loop.ts";
import { WriteQueue } from "./flow/write_queue.ts";

/** So many turns of the event loop that bring nothing mean that nothing is left, after a failed write. */
const QUIET_TURNS = 20;

/** The event loop gets a turn after so many reads at the latest. */
const TURN_EVERY = 256;

/**
 * One connection: runs the reading and the writing, and ends both. All ways to
 * its end go through `#settle`, where every pending promise gets its one error.
 */
export class Connection<B extends Body, I> {
  /** What it runs on. */
  readonly transport: Transport<B, I>;
  /** The limits. */
  readonly options: ResolvedPeerOptions;
  /** What has been received and not taken. */
  readonly inbox: Inbox<B>;
  /** The sending half. */
  readonly sender: Sender<B>;
  /** Ends requests whose handles are gone. */
  readonly handleFinalizer: HandleFinalizer<B>;
  /** What is counted. */
  readonly counters: Counters = new Counters();
  readonly #channel: Channel<B>;
  readonly #custody = new UnclaimedDescriptors();
  readonly #tables: Tables<B>;
  readonly #gate = new ReadGate(() => this.#queue.detach());
  readonly #queue: WriteQueue<B>;
  readonly #dispatcher: Dispatcher<B>;
  readonly #clock: Clock;
  readonly #stalls: Stalls;
  readonly #quiet: Quiet;
  readonly #closed = Promise.withResolvers<RpcError | null>();
  #abortController: AbortController | null = null;
  #reading: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  #settled = false;
  /** Nothing will come any more: the other side has ended, or reading has failed. */
  #readEnded = false;
  /** What comes is dropped: this side is closing. */
  #discarding = false;
  #replyHold = false;
  /** What may still be read after a failed write. */
  #leftovers: Leftovers | null = null;
  #reads = 0;
  /** Whether a read is under way. */
  #inRead = false;
  #handles = 0;

  /**
   * Takes over a transport.
   *
   * @param clock For tests, as is `tables`.
   * @throws {RangeError} If an option is out of its range.
   */
  constructor(
    transport: Transport<B, I>,
    options?: PeerOptions,
    clock: Clock = systemClock,
    tables: Tables<B> = new RequestTracker(),
  ) {
    const resolved = resolvePeerOptions(options);
    this.options = resolved;
    this.transport = transport;
    this.#clock = clock;
    const channel = this.#channel = openChannel(transport);
    const places = new Semaphore(resolved.maxOpenSentRequests);
    const gate = this.#gate;
    this.#tables = tables;
    const counters = this.counters;
    const inboxLimits = {
      messages: resolved.maxInboxMessages,
      bytes: resolved.maxInboxBytes,
    };
    const updateLimits = {
      messages: resolved.maxRequestInboxMessages,
      bytes: resolved.maxRequestInboxBytes,
      total: new Quota(inboxLimits, gate),
      custody: this.#custody,
    };
    this.#queue = new WriteQueue(channel, resolved.writeQueueBytes, {
      onWrite: () => this.#stalls.beginWrite(),
      onProgress: () => this.#onProgress(),
      onError: (error) => this.#onWriteError(error),
      moreToCome: () => this.inbox.length > 0,
    });
    this.sender = new Sender({
      transport,
      queue: this.#queue,
      tables,
      places,
      gate,
      updateLimits,
      counters,
      onError: resolved.onError,
      onAnswered: () => this.#onAnswered(),
      onReopened: (request) => {
        const { handle } = request;
        if (handle !== null) this.handleFinalizer.watch(request, handle);
      },
      onRefused: () => this.#onRefused(),
    });
    this.inbox = new Inbox(inboxLimits, gate);
    this.handleFinalizer = new HandleFinalizer(tables, this.sender, clock);
    this.#dispatcher = new Dispatcher({
      tables,
      places,
      inbox: this.inbox,
      sender: this.sender,
      gate,
      updateLimits,
      maxOpenReceivedRequests: resolved.maxOpenReceivedRequests,
      handleFinalizer: this.handleFinalizer,
      counters,
    });
    this.#stalls = new Stalls(channel, clock, resolved.stallTimeout, {
      reading: () => this.#inRead,
      messages: () => counters.messagesReceived + gate.pauses,
      writing: () => this.#queue.writing,
    }, (error) => this.#abort(error));
    channel.onRefused = (header, error) =>
      this.#dispatcher.sendRefused(header, error);
    this.#quiet = new Quiet(clock, () => ({
      reads: this.#reads,
      over: this.#readEnded || this.#settled,
    }));
  }

  /** Resolves when everything has ended: to the error that ended it, or null. */
  get closed(): Promise<RpcError | null> {
    return this.#closed.promise;
  }

  /** Aborted when the connection ends. */
  get signal(): AbortSignal {
    if (this.#abortController === null) {
      this.#abortController = new AbortController();
      const ended = this.sender.closed;
      if (ended !== null) this.#abortController.abort(ended);
    }
    return this.#abortController.signal;
  }

  /** The figures. */
  stats(): PeerStats {
    return {
      ...this.counters,
      bytesSent: this.#channel.written,
      bytesReceived: this.#channel.received,
      openSentRequests: this.#tables.sentCount,
      openReceivedRequests: this.#tables.receivedCount,
      queuedBytes: this.#queue.queued,
      inboxMessages: this.inbox.length,
    };
  }

  /** Begins to read and to write; resolves when everything has ended. */
  run(): Promise<RpcError | null> {
    if (this.#reading === null && !this.#settled) {
      this.#queue.start();
      this.#reading = this.#read();
    }
    return this.closed;
  }

  /** Nobody takes requests and stream messages any more. */
  readerGone(): void {
    this.#dispatcher.readerGone();
  }

  /** One handle more keeps it open. */
  hold(): void {
    this.#handles++;
  }

  /** One handle less: it closes with the last one. */
  release(): void {
    if (--this.#handles === 0) this.close();
  }

  /** Closes this side: see `PeerHandle.close`. Idempotent. */
  close(): Promise<void> {
    if (!this.#settled) {
      // Where the other side has ended before, that stays the reason.
      const closed = this.sender.closed ?? new RpcError(
        "connection-closed",
        "This side has closed the connection",
        { fatal: true },
      );
      this.#end(closed);
      this.#dispatcher.readerGone();
      this.#shutDown(closed);
    } else this.#dispatcher.dropInbox();
    return this.closed.then(() => this.#custody.clear());
  }

  async #read(): Promise<void> {
    const channel = this.#channel;
    try {
      for (;;) {
        if (this.#gate.shut && !this.#discarding) await this.#gate.opened();
        this.#inRead = true;
        const batch = await channel.read();
        this.#inRead = false;
        if (batch === null) break;
        this.#reads++;
        for (const item of batch) {
          if (!this.#discarding) this.#dispatcher.dispatch(item);
          else if ("body" in item) item.body[Symbol.dispose]();
        }
        if (this.#leftovers?.exceeded(this.#progress())) {
          throw this.#leftovers.error;
        }
        // A source in memory that is never empty must not hold up timers.
        if (this.#reads % TURN_EVERY === 0) await immediate();
      }
      this.#readEnded = true;
      this.#onRemoteEnd();
    } catch (error) {
      this.#readEnded = true;
      // While closing, the connection may break without harm.
      if (this.#closing === null) this.#abort(toRpcError(error));
    }
  }

  /** The other side has ended cleanly: what is open there can still be answered. */
  #onRemoteEnd(): void {
    if (this.#settled || this.#closing !== null) return;
    const closed = new RpcError(
      "connection-closed",
      "The other side has closed the connection",
      { fatal: true, side: "remote" },
    );
    this.#end(closed);
    this.inbox.end(null);
    for (const request of this.#tables.received()) request.endUpdates(closed);
    this.#onAnswered();
  }

  /** Nothing new can be sent, and nothing more comes for what was sent. */
  #end(error: RpcError): void {
    this.sender.end(error);
    for (const request of this.#tables.closeAllSent()) request.fail(error);
    this.#abortController?.abort(error);
  }

  #onAnswered(): void {
    this.#pauseInbox();
    if (this.#gate.shut) this.#queue.detach();
    const { closed } = this.sender;
    if (closed === null || !this.#readEnded) return;
    if (this.#tables.receivedCount === 0) this.#shutDown(closed);
  }

  /** Ends in good order: answers, writes what was accepted, closes. */
  #shutDown(reason: RpcError): Promise<void> {
    return this.#closing ??= this.#shutDownOnce(reason);
  }

  async #shutDownOnce(reason: RpcError): Promise<void> {
    for (const request of this.#tables.closeAllReceived()) {
      request.fail(reason);
      this.sender.refuse(request.id, "The connection was closed");
    }
    this.#queue.refuse(reason);
    this.inbox.end(null);
    this.#discarding = true;
    this.#gate.openForGood();
    if (this.#reading !== null) {
      const { closeTimeout } = this.options;
      const late = Promise.withResolvers<void>();
      const stop = this.#clock.start(late.resolve, closeTimeout);
      await Promise.race([this.#finishWriting(), late.promise]);
      stop();
    }
    await this.#settle(reason, null);
  }

  async #finishWriting(): Promise<void> {
    await this.#queue.drained();
    if (this.#settled) return;
    try {
      await this.#channel.closeWrite();
    } catch {
      // The other side is gone already: there is nobody to tell.
      return;
    }
    // Closing a socket with unread bytes resets it, and what was written last is lost.
    await this.#quiet.wait(2);
  }

  /**
   * The other side takes nothing any more. What it has sent before is still
   * there to be read, and tells whether it ended cleanly.
   */
  async #onWriteError(error: unknown): Promise<void> {
    if (this.#settled) return;
    const aborted = toRpcError(error);
    const { maxInboxBytes } = this.options;
    this.#leftovers = new Leftovers(aborted, this.#progress(), maxInboxBytes);
    // Even if nobody takes it: nothing else would show the end.
    this.#gate.openForGood();
    await this.#quiet.wait(QUIET_TURNS);
    const { closed } = this.sender;
    if (closed !== null) await this.#settle(closed, null);
    else this.#abort(aborted);
  }

  #progress(): Amount {
    return {
      bytes: this.#channel.received,
      messages: this.counters.messagesReceived,
    };
  }

  #failReceived(error: RpcError): void {
    for (const request of this.#tables.closeAllReceived()) request.fail(error);
  }

  #abort(error: RpcError): void {
    if (this.#settled) return;
    this.#end(error);
    this.#failReceived(error);
    this.#settle(error, error);
  }

  /** The one end: everything that is pending settles, and the transport is closed. */
  async #settle(reason: RpcError, result: RpcError | null): Promise<void> {
    if (this.#settled) return;
    this.#settled = true;
    this.#stalls.stop();
    this.handleFinalizer.stop();
    this.#failReceived(reason);
    this.inbox.end(result);
    this.#queue.end(reason);
    this.#discarding = true;
    this.#gate.openForGood();
    try {
      await this.#channel.close();
    } catch (error) {
      this.options.onError?.(error);
    }
    await this.#reading;
    await this.#quiet.ended();
    // A write of a stream that is stuck can't be waited for.
    for (let i = 0; i < QUIET_TURNS && this.#queue.writing; i++) await tick();
    this.#closed.resolve(result);
  }

  /** Hands nothing more over while replies are stuck. */
  #pauseInbox(): boolean {
    const stuck = this.#queue.replies > this.options.replyQueueBytes;
    this.inbox.pause(stuck);
    return stuck;
  }

  #onProgress(): void {
    const stuck = this.#pauseInbox();
    if (!stuck && this.#replyHold) {
      this.#replyHold = false;
      this.#gate.release();
    }
  }

  #onRefused(): void {
    if (this.#replyHold) return;
    if (this.#queue.replies <= this.options.replyQueueBytes) return;
    this.#replyHold = true;
    this.#gate.hold();
  }
}
