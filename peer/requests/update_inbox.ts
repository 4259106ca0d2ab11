import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { bodyCost } from "../../internal/cost.ts";
import type { KeepRule } from "../../internal/check_options.ts";
import { Queue } from "../../internal/queue.ts";
import { Waiters } from "../../internal/waiters.ts";
import { NewestUpdates } from "./newest_updates.ts";
import type { RequestContext } from "./request_context.ts";
import type { Gauge } from "../flow/gauge.ts";
import { WaitingBodies } from "../flow/own_memory.ts";

/** The updates of one request that nobody has taken yet, and those that wait for one. */
export class UpdateInbox<B extends Body> {
  readonly #context: RequestContext;
  readonly #requestId: number;
  readonly #gauge: Gauge;
  readonly #messages = new Queue<Message<B>>();
  readonly #bodies: WaitingBodies;
  readonly #waiters = new Waiters<Message<B> | null>();
  /** In the place of `#messages`, once only the newest are kept. */
  #newest: NewestUpdates<B> | null = null;
  /** Those that wait for the response past unread updates. */
  pastUpdates: Waiters<Message<B>> | null = null;

  /** Makes an empty inbox, which the flow control of the connection counts. */
  constructor(context: RequestContext, requestId: number) {
    this.#context = context;
    this.#requestId = requestId;
    this.#gauge = context.flow.updatesOf(requestId);
    this.#bodies = new WaitingBodies(context.flow.memory);
  }

  /** How many updates wait to be taken. */
  get length(): number {
    return this.#newest?.length ?? this.#messages.length;
  }

  /**
   * Keeps only the newest updates from now on, and drops older ones that wait.
   *
   * @throws {TypeError} If another rule holds already.
   */
  keep(rule: KeepRule): void {
    if (this.#newest !== null) return this.#newest.check(this.#requestId, rule);
    const messages = this.#messages.drain();
    this.#bodies.move();
    // Before some are dropped: a disposed body can be empty.
    const cost = costOf(messages);
    this.#newest = new NewestUpdates(this.#context, rule);
    this.#newest.pushAll(messages);
    // Last, since it can call handlers, which may take updates.
    this.#context.flow.removeUpdates(this.#gauge, messages.length, cost);
  }

  /** Whether an update with this service id waits to be taken. */
  has(serviceId: number): boolean {
    const messages = this.#newest ?? this.#messages;
    return messages.some(({ header }) => header.serviceId === serviceId);
  }

  /** Gives an update to the first one that waits, or keeps it; whether somebody waited. */
  push(message: Message<B>): boolean {
    if (this.#waiters.resolve(message)) return true;
    const { flow, unclaimed } = this.#context;
    unclaimed.add(message.body);
    if (this.#newest !== null) {
      flow.memory.take([message.body]);
      this.#newest.push(message);
      return false;
    }
    this.#messages.push(message);
    this.#bodies.push(message.body);
    flow.addUpdate(this.#gauge, this.#requestId, bodyCost(message.body));
    return false;
  }

  /** Takes the first update; undefined if there is none. */
  take(): Message<B> | undefined {
    const { flow, unclaimed } = this.#context;
    const message = this.#newest === null
      ? this.#messages.shift()
      : this.#newest.shift();
    if (message === undefined) return undefined;
    unclaimed.remove(message.body);
    if (this.#newest === null) {
      this.#bodies.shift(message.body);
      flow.removeUpdates(this.#gauge, 1, bodyCost(message.body));
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
    const { flow, unclaimed } = this.#context;
    const counted = this.#messages.drain();
    this.#bodies.clear();
    const cost = costOf(counted);
    const messages = this.#newest?.drain() ?? counted;
    for (const { body } of messages) {
      unclaimed.remove(body);
      body[Symbol.dispose]();
    }
    flow.removeUpdates(this.#gauge, counted.length, cost);
    return messages.length;
  }
}

function costOf(messages: readonly Message<Body>[]): number {
  return messages.reduce((sum, { body }) => sum + bodyCost(body), 0);
}
