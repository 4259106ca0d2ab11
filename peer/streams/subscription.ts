import type { Body } from "../../protocol/body.ts";
import type { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { onAbort } from "../../internal/abort.ts";
import { bodyCost } from "../../internal/cost.ts";
import {
  checkKeep,
  type KeepRule,
  tellDropped,
} from "../../internal/check_options.ts";
import { NewestQueue } from "../../internal/queue.ts";
import { Waiters } from "../../internal/waiters.ts";
import type { Gauge } from "../flow/gauge.ts";
import { type OwnMemory, WaitingBodies } from "../flow/own_memory.ts";
import type {
  StreamSubscription,
  SubscribeOptions,
} from "./stream_subscription.ts";

type Result<B extends Body> = IteratorResult<Message<B>, undefined>;

/**
 * - open: messages come
 * - ended: no more come; what is there can be taken
 * - over: nothing is there any more, but perhaps the error that it ended with
 */
type State = "open" | "ended" | "over";

const DONE: Result<never> = { done: true, value: undefined };

/** What a subscription tells its connection. */
export interface SubscriptionHooks {
  /** Where bodies go that wait. */
  readonly memory: OwnMemory;
  /** Nothing is to be put into it any more. */
  over(): void;
  /** So many messages were dropped: for newer ones, or since nobody takes them. */
  dropped(
    messages: number,
    figure: "outdatedMessages" | "droppedMessages",
  ): void;
  /** Called with what `onDrop` throws. */
  report(error: unknown): void;
}

/** The messages of one stream that nobody has taken yet, and those that wait for one. */
export class Subscription<B extends Body>
  implements StreamSubscription<Message<B>> {
  /** The id of the stream. */
  readonly serviceId: number;
  readonly #hooks: SubscriptionHooks;
  /** Pauses reading; null where the queue drops instead. */
  readonly #gauge: Gauge | null;
  readonly #messages: NewestQueue<Message<B>>;
  readonly #bodies: WaitingBodies;
  readonly #waiters = new Waiters<null | Message<B>>();
  readonly #onDrop: KeepRule["onDrop"];
  /** Forgets the signal. */
  readonly #stop: (() => void) | null;
  #state: State = "open";
  /** What the next one gets instead of an end. */
  #error: { readonly reason: unknown } | null = null;

  /**
   * Makes an empty one.
   *
   * @param gauge Counts what waits, where nothing is dropped.
   * @throws {RangeError | TypeError} If `keep` or `onDrop` can't be.
   * @throws The reason of the signal, if it has fired.
   */
  constructor(
    serviceId: number,
    gauge: () => Gauge,
    options: SubscribeOptions,
    hooks: SubscriptionHooks,
  ) {
    const { signal } = options;
    signal?.throwIfAborted();
    const rule = checkKeep(options);
    this.serviceId = serviceId;
    this.#hooks = hooks;
    this.#bodies = new WaitingBodies(hooks.memory);
    this.#onDrop = rule?.onDrop;
    this.#messages = new NewestQueue(rule?.limit ?? Infinity);
    this.#gauge = rule === null ? gauge() : null;
    this.#stop = signal === undefined
      ? null
      : onAbort(signal, () => this.#abort(signal.reason));
  }

  /** How many messages `keep` has dropped so far. */
  get dropped(): number {
    return this.#messages.dropped;
  }

  /** Gives a message to the first one that waits, or keeps it. */
  push(message: Message<B>): void {
    if (this.#waiters.resolve(message)) return;
    const oldest = this.#messages.push(message);
    this.#bodies.push(message.body);
    this.#gauge?.add(bodyCost(message.body));
    if (oldest !== undefined) this.#drop(oldest);
  }

  /** Nothing more comes: because of an error, or in good order. Idempotent. */
  end(error: RpcError | null): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    if (error !== null) this.#error = { reason: error };
    if (this.#messages.length === 0) this.#finish();
  }

  /** Drops what nobody has taken. */
  clear(): void {
    let cost = 0;
    const messages = this.#messages.drain();
    this.#bodies.clear();
    for (const { body } of messages) {
      cost += bodyCost(body);
      body[Symbol.dispose]();
    }
    this.#gauge?.remove(messages.length, cost);
    this.#hooks.dropped(messages.length, "droppedMessages");
    if (this.#state === "ended") this.#finish();
  }

  /** Takes the next message. */
  next(): Promise<Result<B>> {
    const message = this.#messages.shift();
    if (message !== undefined) {
      this.#bodies.shift(message.body);
      this.#gauge?.remove(1, bodyCost(message.body));
      const isLast = this.#messages.length === 0;
      if (isLast && this.#state === "ended") this.#finish();
      return Promise.resolve({ done: false, value: message });
    }
    const error = this.#error;
    if (error !== null) {
      this.#error = null;
      return Promise.reject(error.reason);
    }
    if (this.#state === "over") return Promise.resolve(DONE);
    return this.#waiters.wait().then((message) =>
      message === null ? DONE : { done: false, value: message }
    );
  }

  /** Ends it. */
  return(): Promise<Result<B>> {
    this[Symbol.dispose]();
    return Promise.resolve(DONE);
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#error = null;
    this.#stopTaking();
  }

  #abort(reason: unknown): void {
    this.#error = { reason };
    this.#stopTaking();
  }

  #stopTaking(): void {
    if (this.#state === "open") this.#state = "ended";
    this.clear();
  }

  /** Forgets what it holds, and tells those that wait. */
  #finish(): void {
    this.#state = "over";
    this.#stop?.();
    this.#hooks.over();
    if (this.#error === null || this.#waiters.length === 0) {
      return this.#waiters.resolveAll(null);
    }
    const { reason } = this.#error;
    this.#error = null;
    this.#waiters.rejectAll(reason);
  }

  #drop({ body }: Message<B>): void {
    this.#bodies.shift(body);
    body[Symbol.dispose]();
    this.#hooks.dropped(1, "outdatedMessages");
    tellDropped(this.#onDrop, this.dropped, this.#hooks.report);
  }
}
