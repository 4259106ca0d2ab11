import type { Body } from "../../protocol/body.ts";
import type { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { bodyCost, MESSAGE_COST } from "../../internal/cost.ts";
import { immediate } from "../../internal/event_loop.ts";
import { Waiters } from "../../internal/waiters.ts";
import type { Channel } from "../../transports/channel.ts";
import type { ErrorPeer } from "../error_context.ts";
import { probe } from "../probe.ts";
import type { FlowControl, OutgoingKind } from "./flow_control.ts";
import { runSoon } from "../../internal/runtime/deno.ts";

/** What a queue tells and asks the connection. */
export interface WriteQueueHooks {
  /** Called when a write begins. */
  onWrite(): void;
  /** Called once, with what a write failed with. */
  onError(error: unknown): void;
  /** Whether the application is about to send more, so that a write is worth putting off. */
  moreToCome(): boolean;
  /** The connection, as others see it. */
  peer(): ErrorPeer;
}

/**
 * The queue in front of a channel's writing side. One write is in flight at a
 * time and takes all that is queued; what is queued in one turn of the event
 * loop goes out together.
 */
export class WriteQueue<B extends Body> {
  readonly #channel: Channel<B>;
  readonly #flow: FlowControl;
  readonly #hooks: WriteQueueHooks;
  /** Sends that wait for room. */
  readonly #waiters = new Waiters<void>();
  /** Sends whose bodies are still needed, to be failed when the connection ends. */
  #unsettled: Set<(error: RpcError) => void> | null = null;
  #started = false;
  #scheduled = false;
  #writing = false;
  #broken = false;
  #ended: RpcError | null = null;
  /** What no write has taken yet, in bytes. */
  #own = 0;
  #replies = 0;
  #refusals = 0;
  #idle: PromiseWithResolvers<void> | null = null;
  /** Those that wait for the write under way, and for the next one. */
  #thisWrite: PromiseWithResolvers<void> | null = null;
  #nextWrite: PromiseWithResolvers<void> | null = null;
  #pushed = 0;
  /** How many messages writes have taken; the other side may have those. */
  #taken = 0;

  /** Makes an empty queue, which is counted by `flow`. */
  constructor(
    channel: Channel<B>,
    flow: FlowControl,
    hooks: WriteQueueHooks,
  ) {
    this.#channel = channel;
    this.#flow = flow;
    this.#hooks = hooks;
  }

  /** Whether a write is under way. */
  get writing(): boolean {
    return this.#writing;
  }

  /** Whether a send of this side has to wait for room. */
  get full(): boolean {
    return this.#flow.ownFull || this.#waiters.length > 0;
  }

  /** How many sends wait for room. */
  get waiting(): number {
    return this.#waiters.length;
  }

  /** How many messages have been queued so far. */
  get pushed(): number {
    return this.#pushed;
  }

  /** Whether a write has taken the message which was queued as so many had been. */
  hasTaken(pushed: number): boolean {
    return pushed <= this.#taken;
  }

  /** Whether what is queued will still be written. */
  get goesOn(): boolean {
    return this.#started && !this.#broken && this.#ended === null;
  }

  /** Begins to write. */
  start(): void {
    this.#started = true;
    if (this.#hasWork) this.#schedule();
  }

  /**
   * Queues a message, without waiting for room.
   *
   * @returns Null if the body has been copied, else a promise that resolves when it is no longer needed.
   */
  push(message: Message<B>, kind: OutgoingKind): Promise<void> | null {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    this.#pushed++;
    const detachable = kind !== "own";
    let sent: Promise<void> | null = null;
    if (this.#channel.copies(message, detachable)) {
      this.#channel.push(message, detachable);
    } else sent = this.#pushUncopied(message, detachable);
    const cost = MESSAGE_COST + bodyCost(message.body);
    if (kind === "own") this.#own += cost;
    else if (kind === "reply") this.#replies += cost;
    else this.#refusals += cost;
    const told = probe;
    const length = told === null ? 0 : message.body.data.length;
    // What this brings about may let go of the body, so it comes last.
    this.#flow.add(kind, cost);
    this.#schedule();
    if (told !== null) {
      told.message("sent", message.header, length, this.#hooks.peer());
    }
    return sent;
  }

  #pushUncopied(message: Message<B>, detachable: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      (this.#unsettled ??= new Set()).add(reject);
      this.#channel.push(message, detachable, (error) => {
        // A fatal error comes again, for all sends with the same code.
        if (error?.fatal) return;
        this.#unsettled?.delete(reject);
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  }

  /**
   * Calls `run` when there is room for a send of this side, behind those that wait
   * already, and before anybody else can take it.
   *
   * @param run Queues something; gives null or a promise as `push` does.
   * @param signal Ends the wait, as `over` does.
   */
  whenRoom(
    run: () => Promise<void> | null,
    signal?: AbortSignal,
    over: AbortSignal | null = null,
  ): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      over?.throwIfAborted();
      const waiter = {
        resolve(): void {
          try {
            resolve(run() ?? undefined);
          } catch (error) {
            reject(error);
          }
        },
        reject,
      };
      if (this.full) this.#waiters.add(waiter, signal, over);
      else waiter.resolve();
    });
  }

  /** Fails those that wait for room; what is queued goes on. */
  refuse(reason: RpcError): void {
    this.#waiters.rejectAll(reason);
  }

  /** Resolves when all that is queued has been written, or the queue has ended. */
  drained(): Promise<void> {
    if (this.#ended !== null || (this.#channel.empty && !this.#writing)) {
      return Promise.resolve();
    }
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /**
   * Resolves when what is queued by now has been written, or the queue has ended. Where
   * nothing is queued, it waits for the write under way only if somebody has asked for
   * that before it began.
   */
  written(): Promise<void> {
    if (this.#ended !== null || this.#channel.empty) {
      return this.#thisWrite?.promise ?? Promise.resolve();
    }
    this.#nextWrite ??= Promise.withResolvers();
    return this.#nextWrite.promise;
  }

  /** Ends the queue: fails all that waits. Idempotent. */
  end(reason: RpcError): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.refuse(reason);
    for (const reject of this.#unsettled ?? []) reject(reason);
    this.#unsettled = null;
    this.#flow.dropQueued();
    this.#idle?.resolve();
    this.#thisWrite?.resolve();
    this.#nextWrite?.resolve();
  }

  /**
   * Whether something is to be written, or still counted: what the channel has refused
   * at once is counted, and no write takes it.
   */
  get #hasWork(): boolean {
    return !this.#channel.empty ||
      this.#own + this.#replies + this.#refusals > 0;
  }

  #schedule(): void {
    if (!this.#started || this.#scheduled || this.#writing) return;
    if (this.#broken) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      // A loop that answers message by message gets to its next answer only some
      // microtasks later: without this its first answer goes out alone.
      if (this.#hooks.moreToCome()) runSoon(() => this.#flush());
      else this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#scheduled = false;
    if (this.#ended !== null) return;
    this.#writing = true;
    try {
      while (this.#hasWork && this.#ended === null) {
        const own = this.#own;
        const replies = this.#replies;
        const refusals = this.#refusals;
        this.#own = this.#replies = this.#refusals = 0;
        this.#thisWrite = this.#nextWrite;
        this.#nextWrite = null;
        this.#taken = this.#pushed;
        if (!this.#channel.empty) {
          this.#hooks.onWrite();
          await this.#channel.write();
        }
        this.#thisWrite?.resolve();
        if (this.#ended !== null) break;
        this.#flow.written(own, replies, refusals);
        let goesOn = false;
        while (!this.#flow.ownFull && this.#waiters.resolve()) goesOn = true;
        // Those that waited for room go on in microtasks. Without this turn, the next
        // write would carry the first message of each only.
        if (goesOn) await immediate();
      }
      this.#writing = false;
      this.#idle?.resolve();
      this.#idle = null;
    } catch (error) {
      this.#writing = false;
      this.#broken = true;
      if (this.#ended === null) this.#hooks.onError(error);
    }
  }
}
