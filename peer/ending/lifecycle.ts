import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import { type Clock, LONGEST_TIMER } from "../../internal/clock.ts";
import { tick } from "../../internal/event_loop.ts";
import { toRpcError } from "../../internal/errors.ts";
import type { Semaphore } from "../../internal/waiters.ts";
import { promiseTry, waitAtMost } from "../../internal/promises.ts";
import type { Channel } from "../../transports/channel.ts";
import type { FlowControl } from "../flow/flow_control.ts";
import type { WriteQueue } from "../flow/write_queue.ts";
import type { ResolvedPeerOptions } from "../options.ts";
import type { Reader } from "../reader.ts";
import type { Tables } from "../requests/tables.ts";
import type { Responder } from "../responder.ts";
import type { Sender } from "../sender.ts";
import {
  type ConnectionEvent,
  type ConnectionState,
  nextState,
} from "./connection_state.ts";
import { linger, untilQuiet } from "./linger.ts";

/** After a failed write, so many turns of the event loop without a byte mean that nothing is left. */
const QUIET_TURNS = 20;

/** So many are enough on closing, over a transport that loses nothing then. */
const QUIET_TURNS_AT_CLOSE = 2;

/** What a connection consists of, as far as it takes part in its end. */
export interface LifecycleParts<B extends Body> {
  readonly options: ResolvedPeerOptions;
  readonly clock: Clock;
  readonly channel: Channel<B>;
  readonly reader: Reader<B>;
  readonly queue: WriteQueue<B>;
  readonly flow: FlowControl;
  readonly tables: Tables<B>;
  readonly permits: Semaphore;
  readonly sender: Sender<B>;
  readonly responder: Responder<B>;
  /** Nothing more will be received; what is there can still be taken. */
  endInbox(error: RpcError | null): void;
  /** Nothing more comes for what this side has sent. */
  onEndSending(error: RpcError): void;
  /** The end: stops what watches the connection; resolves when nothing of it is left. */
  stopWatching(): Promise<void>;
  /** The transport keeps the program alive no longer. */
  unref(): void;
  /** Called with errors that have nobody else to go to. */
  report(error: unknown): void;
}

/**
 * Takes a connection from state to state, as `connection_state.ts` has them, and
 * does what each one requires. Every way to the end leads to `#end`, which gives
 * every pending promise the same error.
 */
export class Lifecycle<B extends Body> {
  readonly #parts: LifecycleParts<B>;
  readonly #closed = Promise.withResolvers<RpcError | null>();
  /** Resolves when the state is ended. */
  readonly #ended = Promise.withResolvers<void>();
  #state: ConnectionState = "open";
  /** What a clean end of the other side left unanswered. */
  #unanswered: RpcError | null = null;
  /** When closing is late; null until it begins. */
  #closeBy: number | null = null;
  /** Whether requests of this side are open, which the other side may answer before it ends. */
  #hasOpenCalls = false;
  /** Whether somebody waits for the end. */
  #isAwaited = false;
  /** Lets the program end; null while nothing of closing keeps it alive. */
  #letEnd: (() => void) | null = null;
  /** What waits for the other side; its timer must not outlive the connection. */
  #waiting: Promise<void> | null = null;

  /** Begins with the state open. */
  constructor(parts: LifecycleParts<B>) {
    this.#parts = parts;
  }

  /** Where the connection is on its way from open to closed. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** Whether this side has begun to close, or all is over. */
  get isClosing(): boolean {
    return this.#state === "closing" || this.#state === "lingering" ||
      this.isEnded;
  }

  /** Whether all that waited is settled. */
  get isEnded(): boolean {
    return this.#state === "ended" || this.#state === "closed";
  }

  /** Resolves when nothing is left: to the error that ended the connection, or null. */
  get closed(): Promise<RpcError | null> {
    return this.#closed.promise;
  }

  /** Somebody waits for the end: from now on closing keeps the program alive. */
  setAwaited(): void {
    this.#isAwaited = true;
    this.#keepAlive();
  }

  /** This side takes no new requests any more, and closes when the open ones are done. */
  drain(): void {
    this.#enter("drain");
  }

  /** A request may have been the last one that was open. */
  onRequestEnd(): void {
    if (this.#state !== "draining" || !this.#isIdle()) return;
    this.#closeBecause("idle");
  }

  /** This side closes. */
  close(): void {
    if (!this.isEnded) this.#closeBecause("close");
  }

  #closeBecause(event: "close" | "idle"): void {
    // Closing again finds none open, so what was found before stays.
    this.#hasOpenCalls ||= this.#parts.tables.sentCount > 0;
    // Where the other side has ended before, that stays the reason.
    const reason = this.#parts.sender.closed ?? new RpcError(
      "connection-closed",
      "This side has closed the connection",
      { fatal: true },
    );
    this.#endSending(reason, this.#parts.queue.goesOn);
    this.#goOn(event, reason);
  }

  /** The other side makes no progress, or gives no sign of life. */
  onStalled(error: RpcError): void {
    this.#fail("stalled", error);
  }

  /** A received request has been answered. */
  onAnswered(): void {
    if (this.#parts.tables.receivedCount > 0) return;
    if (this.#state === "draining") return this.onRequestEnd();
    if (this.#state !== "half-closed") return;
    this.#goOn("answered", this.#parts.sender.closed!);
  }

  /** The other side has ended cleanly: what is open there can still be answered. */
  onRemoteEnd(): void {
    if (!this.#enter("remote-end")) return;
    const closed = remoteEnd(this.#parts.tables.sentCount);
    if (closed.actual !== undefined) this.#unanswered = closed;
    const goesOn = this.#parts.queue.goesOn && !this.isEnded;
    const reason = this.#endSending(closed, goesOn);
    if (this.isEnded) return void this.#end(reason, null);
    this.#parts.endInbox(null);
    for (const request of this.#parts.tables.received()) {
      request.endUpdates(closed);
    }
    this.onAnswered();
  }

  /** Nothing more can be read. */
  onReadError(error: RpcError): void {
    // All is written by then: nothing is lost if the connection breaks.
    if (this.#state !== "lingering") return this.#fail("read-failed", error);
    this.#goOn("read-failed", this.#parts.sender.closed ?? error);
  }

  /**
   * The other side takes nothing any more. What it has sent before is still
   * there to be read, and tells whether it ended cleanly.
   */
  async onWriteError(thrown: unknown): Promise<void> {
    const { sender, reader, flow, options } = this.#parts;
    const error = toRpcError(thrown);
    const { closed } = sender;
    if (closed !== null) return this.#goOn("write-failed", closed);
    if (!this.#enter("write-failed")) return;
    reader.allow(options.maxInboxBytes, error);
    // Read on even if nobody takes it: nothing else would show the end.
    flow.release();
    await this.#untilQuiet(QUIET_TURNS);
    this.#fail("quiet", error);
  }

  /**
   * The transport refuses an answer, for which the other side would wait until the
   * connection ends.
   */
  onRefused(error: unknown): void {
    // Where it ends already, its reason is another one.
    if (this.#parts.sender.closed !== null) this.#parts.report(error);
    this.onWriteError(error);
  }

  /** Takes the state that follows an event; false if the event changes nothing. */
  #enter(event: ConnectionEvent): boolean {
    const next = nextState(this.#state, event);
    if (next === null) return false;
    this.#state = next;
    if (next === "ended") this.#ended.resolve();
    this.#keepAlive();
    return true;
  }

  /** Whether no request of either side is open, those apart that this side has cancelled. */
  #isIdle(): boolean {
    const { tables, permits } = this.#parts;
    if (tables.receivedCount > 0) return false;
    // One has its permit, and is about to be sent.
    if (permits.taken > tables.sentCount) return false;
    for (const request of tables.sent()) if (request.isOpen) return false;
    return true;
  }

  /** A program that waits for the end of closing must not end before, where nothing else keeps it alive. */
  #keepAlive(): void {
    const closes = this.isClosing && this.#state !== "closed";
    if (closes && this.#isAwaited) {
      this.#letEnd ??= this.#parts.clock.start(() => {}, LONGEST_TIMER, true);
    } else if (!closes) this.#letEnd?.();
  }

  /** An event that ends the connection in good order, at once or step by step. */
  #goOn(event: ConnectionEvent, reason: RpcError): void {
    if (!this.#enter(event)) return;
    if (this.#state === "closing") this.#shutDown(reason);
    else if (this.#state === "ended") this.#end(reason, null);
  }

  /** An event that ends the connection with an error. */
  #fail(event: ConnectionEvent, error: RpcError): void {
    if (!this.#enter(event)) return;
    this.#endSending(error, false);
    this.#end(error, error);
  }

  /**
   * Nothing new can be sent, and nothing more comes for what was sent; the reason is the
   * first one given. Where the queue goes on, the other side may still get what is in it.
   */
  #endSending(error: RpcError, goesOn: boolean): RpcError {
    const { sender, tables, queue, onEndSending } = this.#parts;
    const end = sender.close(error);
    for (const request of tables.closeAllSent()) {
      const isSent = goesOn || queue.hasTaken(request.position);
      request.fail(isSent ? end.error : end.notSent);
    }
    for (const request of tables.received()) request.abort(end.error);
    onEndSending(error);
    return end.error;
  }

  /** Answers what is open, writes what was accepted, and waits for the other side's end. */
  async #shutDown(reason: RpcError): Promise<void> {
    const { options, clock, tables, responder, queue, reader } = this.#parts;
    const { closeTimeout } = options;
    this.#closeBy = clock.now() + closeTimeout;
    for (const request of tables.closeAllReceived()) {
      request.fail(reason);
      responder.refuseAtClose(request);
    }
    queue.refuse(reason);
    this.#parts.endInbox(null);
    this.#stopTaking();
    if (!reader.started) return this.#goOn("late", reason);
    await waitAtMost(clock, closeTimeout, this.#finishWriting());
    this.#goOn(this.#state === "closing" ? "late" : "quiet", reason);
  }

  async #finishWriting(): Promise<void> {
    const { queue, channel, reader, clock } = this.#parts;
    await queue.drained();
    if (!this.#enter("written")) return;
    try {
      await channel.closeWrite();
    } catch {
      // The other side is gone already: there is nobody to tell.
      return;
    }
    // Where nothing was written, nothing can be lost.
    if (!channel.losesOnClose || channel.written === 0) {
      return await this.#untilQuiet(QUIET_TURNS_AT_CLOSE);
    }
    this.#parts.unref();
    const end = Promise.race([reader.ended, this.#ended.promise]);
    const received = (): number => channel.received;
    await (this.#waiting = linger(
      clock,
      end,
      this.#hasOpenCalls ? received : null,
    ));
  }

  #untilQuiet(turns: number): Promise<void> {
    const { clock, reader, channel } = this.#parts;
    return this.#waiting = untilQuiet(clock, turns, {
      isOver: () => reader.over || this.isEnded,
      received: () => channel.received,
    });
  }

  /** The one end: everything that is pending settles, and the transport is closed. */
  async #end(reason: RpcError, result: RpcError | null): Promise<void> {
    const { tables, queue, stopWatching, endInbox } = this.#parts;
    const watching = stopWatching();
    for (const request of tables.closeAllReceived()) request.fail(reason);
    endInbox(result);
    queue.end(reason);
    this.#stopTaking();
    await this.#closeChannel();
    await Promise.all([watching, this.#waiting]);
    this.#enter("released");
    this.#closed.resolve(result ?? this.#unanswered);
  }

  /** Drops what comes. So nothing pauses reading any more. */
  #stopTaking(): void {
    this.#parts.reader.discard();
    this.#parts.flow.release();
  }

  /** Closes the transport, and waits for what is left of it: as long as closing may take. */
  async #closeChannel(): Promise<void> {
    const { options, clock, channel, reader, queue, report } = this.#parts;
    let gone = false;
    const closing = promiseTry(() => channel.close()).catch(report)
      .then(() => reader.ended)
      .then(() => {
        gone = true;
      });
    const now = clock.now();
    const left = (this.#closeBy ?? now + options.closeTimeout) - now;
    if (left > 0) await waitAtMost(clock, left, closing);
    const released = async (): Promise<void> => {
      // A write of a stream that is stuck can't be waited for either.
      for (let i = 0; i < QUIET_TURNS && !(gone && !queue.writing); i++) {
        await tick();
      }
    };
    await released();
    if (gone) return;
    if (channel.abort !== undefined) {
      channel.abort();
      await released();
    }
    if (gone) return;
    report(
      new Error(
        `The transport is not closed after ${options.closeTimeout} ms, which is closeTimeout: it may still hold its socket`,
      ),
    );
  }
}

function remoteEnd(unanswered: number): RpcError {
  const text = "The other side has closed the connection";
  const options = { fatal: true, side: "remote" } as const;
  if (unanswered === 0) return new RpcError("connection-closed", text, options);
  const calls = unanswered === 1 ? "1 request" : `${unanswered} requests`;
  return new RpcError(
    "connection-closed",
    `${text}, with ${calls} unanswered`,
    {
      ...options,
      actual: unanswered,
    },
  );
}
