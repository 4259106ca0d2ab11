import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { bodyCost } from "../../internal/cost.ts";
import { compact } from "./compact.ts";
import type { UnclaimedDescriptors } from "../requests/unclaimed_descriptors.ts";
import { Queue } from "../../internal/queue.ts";
import { Quota, type QuotaLimits } from "./quota.ts";
import type { ReadGate } from "./read_gate.ts";
import { Waiters } from "../../internal/waiters.ts";

/** What the updates of a request may take up. */
export interface UpdateLimits extends QuotaLimits {
  /** What those of all requests take up together. */
  readonly total?: Quota;
  /** What nobody has taken of all requests. */
  readonly custody?: UnclaimedDescriptors;
}

/** The updates of one request that nobody has taken yet, and those that wait for one. */
export class UpdateInbox<B extends Body> {
  readonly #own: Quota;
  readonly #total: Quota | undefined;
  readonly #custody: UnclaimedDescriptors | undefined;
  readonly #messages = new Queue<Message<B>>();
  readonly #waiters = new Waiters<Message<B> | null>();
  /** Those that wait for the response, past unread updates. */
  patient: Waiters<Message<B>> | null = null;

  /** Makes an empty inbox that shuts `gate` while it is full. */
  constructor(limits: UpdateLimits, gate: ReadGate) {
    this.#own = new Quota(limits, gate);
    this.#total = limits.total;
    this.#custody = limits.custody;
  }

  /** How many updates wait to be taken. */
  get length(): number {
    return this.#messages.length;
  }

  /** Gives an update to who waits, or keeps it; whether somebody waited. */
  push(message: Message<B>): boolean {
    if (this.#waiters.resolve(message)) return true;
    compact([message.body]);
    this.#messages.push(message);
    const cost = bodyCost(message.body);
    this.#own.add(cost);
    this.#total?.add(cost);
    this.#custody?.add(message.body);
    return false;
  }

  /** Takes the first update; undefined if there is none. */
  take(): Message<B> | undefined {
    const message = this.#messages.shift();
    if (message !== undefined) {
      this.#custody?.remove(message.body);
      this.#remove(1, bodyCost(message.body));
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
    let bytes = 0;
    for (const { body } of messages) {
      bytes += bodyCost(body);
      this.#custody?.remove(body);
      body[Symbol.dispose]();
    }
    this.#remove(messages.length, bytes);
    return messages.length;
  }

  #remove(messages: number, bytes: number): void {
    this.#own.remove(messages, bytes);
    this.#total?.remove(messages, bytes);
  }
}
