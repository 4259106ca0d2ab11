import type { Body } from "../protocol/body.ts";
import type { Message } from "../protocol/message.ts";
import { Fifo } from "./fifo.ts";
import type { ReadGate } from "./read_gate.ts";
import { Waiters } from "./waiters.ts";

/** How much may wait before reading pauses. */
export interface InboxLimits {
  /** Messages. */
  readonly messages: number;
  /** Bytes of their bodies. */
  readonly bytes: number;
}

/** The updates of one request that nobody has taken yet, and those that wait for one. */
export class UpdateInbox<B extends Body> {
  readonly #limits: InboxLimits;
  readonly #gate: ReadGate;
  readonly #messages = new Fifo<Message<B>>();
  readonly #waiters = new Waiters<Message<B> | null>();
  #bytes = 0;
  #holding = false;

  /** Makes an empty inbox that shuts `gate` while it is full. */
  constructor(limits: InboxLimits, gate: ReadGate) {
    this.#limits = limits;
    this.#gate = gate;
  }

  /** How many updates wait to be taken. */
  get length(): number {
    return this.#messages.length;
  }

  /** Gives an update to who waits, or keeps it; whether somebody waited. */
  push(message: Message<B>): boolean {
    if (this.#waiters.resolve(message)) return true;
    this.#messages.push(message);
    this.#bytes += message.body.data.length;
    this.#updateHold();
    return false;
  }

  /** Takes the first update; undefined if there is none. */
  take(): Message<B> | undefined {
    const message = this.#messages.shift();
    if (message !== undefined) {
      this.#bytes -= message.body.data.length;
      this.#updateHold();
    }
    return message;
  }

  /** Waits for the next update, or for null; `owner` isn't garbage-collected meanwhile. */
  wait(signal?: AbortSignal, owner?: WeakKey): Promise<Message<B> | null> {
    return this.#waiters.wait(signal, owner);
  }

  /** No update will come: gives null to those that wait. */
  finish(): void {
    this.#waiters.resolveAll(null);
  }

  /** No update will come: fails those that wait. */
  fail(reason: unknown): void {
    this.#waiters.rejectAll(reason);
  }

  /** Drops what nobody has taken; how many there were. */
  clear(): number {
    const messages = this.#messages.drain();
    for (const { body } of messages) body[Symbol.dispose]();
    this.#bytes = 0;
    this.#updateHold();
    return messages.length;
  }

  #updateHold(): void {
    const full = this.#messages.length >= this.#limits.messages ||
      this.#bytes >= this.#limits.bytes;
    if (full === this.#holding) return;
    this.#holding = full;
    if (full) this.#gate.hold();
    else this.#gate.release();
  }
}
