import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import { Fifo } from "./fifo.ts";
import type { ReadGate } from "./read_gate.ts";
import type { ReceivedMessage } from "./received_message.ts";
import type { InboxLimits } from "./update_inbox.ts";
import { Waiters } from "./waiters.ts";

/** A message, or a non-fatal error in its place in the order. */
export type InboxItem<B extends Body> = ReceivedMessage<B> | RpcError;

/** What a connection has received and nobody has taken yet, and those that wait for it. */
export class Inbox<B extends Body> {
  readonly #limits: InboxLimits;
  readonly #gate: ReadGate;
  readonly #items = new Fifo<InboxItem<B>>();
  readonly #waiters = new Waiters<InboxItem<B> | null>();
  #bytes = 0;
  #holding = false;
  /** Delivery waits while the replies to what was delivered before are stuck. */
  #paused = false;
  #ended = false;
  #error: RpcError | null = null;

  /** Makes an empty inbox that shuts `gate` while it is full. */
  constructor(limits: InboxLimits, gate: ReadGate) {
    this.#limits = limits;
    this.#gate = gate;
  }

  /** How many items wait to be taken. */
  get length(): number {
    return this.#items.length;
  }

  /** Gives an item to who waits, or keeps it. */
  push(item: InboxItem<B>): void {
    if (!this.#paused && this.#waiters.resolve(item)) return;
    this.#items.push(item);
    this.#bytes += costOf(item);
    this.#updateHold();
  }

  /** The next item if it is there; undefined if it has to be waited for. */
  take(): InboxItem<B> | undefined {
    if (this.#paused) return undefined;
    const item = this.#items.shift();
    if (item !== undefined) {
      this.#bytes -= costOf(item);
      this.#updateHold();
    }
    return item;
  }

  /** The next item; null after a clean end, the same error again after a fatal one. */
  next(signal?: AbortSignal): Promise<InboxItem<B> | null> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const item = this.take();
    if (item !== undefined) return Promise.resolve(item);
    if (this.#ended) return this.#afterEnd();
    return this.#waiters.wait(signal);
  }

  /** Holds delivery back, or goes on with it. */
  pause(paused: boolean): void {
    if (this.#ended || paused === this.#paused) return;
    this.#paused = paused;
    while (!this.#paused && this.#waiters.length > 0) {
      const item = this.take();
      if (item === undefined) return;
      this.#waiters.resolve(item);
    }
  }

  /** Nothing more will come; what is there can still be taken. Idempotent. */
  end(error: RpcError | null): void {
    if (this.#ended) return;
    this.pause(false);
    this.#ended = true;
    this.#error = error;
    if (error === null) this.#waiters.resolveAll(null);
    else this.#waiters.rejectAll(error);
  }

  /** Takes all that is left. */
  clear(): InboxItem<B>[] {
    const items = this.#items.drain();
    this.#bytes = 0;
    this.#updateHold();
    return items;
  }

  #afterEnd(): Promise<null> {
    return this.#error === null
      ? Promise.resolve(null)
      : Promise.reject(this.#error);
  }

  #updateHold(): void {
    const full = this.#items.length >= this.#limits.messages ||
      this.#bytes >= this.#limits.bytes;
    if (full === this.#holding) return;
    this.#holding = full;
    if (full) this.#gate.hold();
    else this.#gate.release();
  }
}

function costOf<B extends Body>(item: InboxItem<B>): number {
  if (item instanceof RpcError) return 0;
  return (item.kind === "request" ? item.body : item.message.body).data.length;
}
