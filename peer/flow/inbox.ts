import type { Body } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import { bodyCost } from "../../internal/cost.ts";
import { compact } from "./compact.ts";
import { Queue } from "../../internal/queue.ts";
import { Quota, type QuotaLimits } from "./quota.ts";
import type { ReadGate } from "./read_gate.ts";
import type { ReceivedMessage } from "../handles/received_message.ts";
import { Waiters } from "../../internal/waiters.ts";

/** A message, or a non-fatal error in its place in the order. */
export type InboxItem<B extends Body> = ReceivedMessage<B> | RpcError;

/** What a connection has received and nobody has taken yet, and those that wait for it. */
export class Inbox<B extends Body> {
  readonly #quota: Quota;
  readonly #items = new Queue<InboxItem<B>>();
  readonly #waiters = new Waiters<InboxItem<B> | null>();
  /** The bodies of the newest items, which share a buffer, from `#runStart` on. */
  #run: B[] = [];
  #runStart = 0;
  #runBuffer: ArrayBuffer | null = null;
  /** Delivery waits while the replies to what was delivered before are stuck. */
  #paused = false;
  #abandoned: { readonly reason: unknown } | null = null;
  #ended = false;
  #error: RpcError | null = null;

  /** Makes an empty inbox that shuts `gate` while it is full. */
  constructor(limits: QuotaLimits, gate: ReadGate) {
    this.#quota = new Quota(limits, gate);
  }

  /** Whether nobody takes anything any more. */
  get abandoned(): boolean {
    return this.#abandoned !== null;
  }

  /** How many items wait to be taken. */
  get length(): number {
    return this.#items.length;
  }

  /** Gives an item to who waits, or keeps it. */
  push(item: InboxItem<B>): void {
    if (!this.#paused && this.#waiters.resolve(item)) return;
    this.#items.push(item);
    const body = bodyOf(item);
    if (body !== null) this.#addToRun(body);
    this.#quota.add(body === null ? 0 : bodyCost(body));
  }

  /** The next item if it is there; undefined if it has to be waited for. */
  take(): InboxItem<B> | undefined {
    if (this.#paused) return undefined;
    const item = this.#items.shift();
    if (item !== undefined) {
      const body = bodyOf(item);
      this.#quota.remove(1, body === null ? 0 : bodyCost(body));
      // What is taken must not be held on to.
      if (this.#items.length === 0) this.#startRun();
      else if (this.#run[this.#runStart] === body) this.#runStart++;
    }
    return item;
  }

  /** The next item; null after a clean end, the same error again after a fatal one. */
  next(signal?: AbortSignal): Promise<InboxItem<B> | null> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#abandoned !== null) {
      return Promise.reject(this.#abandoned.reason);
    }
    const item = this.take();
    if (item !== undefined) return Promise.resolve(item);
    if (this.#ended) return this.#afterEnd();
    return this.#waiters.wait(signal);
  }

  /** Holds delivery back, or goes on with it. */
  pause(paused: boolean): void {
    if (this.#ended || paused === this.#paused) return;
    this.#paused = paused;
    // What the other side has on its way already must fit, so that it gets to read.
    this.#quota.stretch(paused ? 2 : 1);
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

  /** Nobody will take anything any more: fails those that wait, now and later. */
  abandon(reason: unknown): void {
    this.#abandoned = { reason };
    this.#waiters.rejectAll(reason);
  }

  /** Takes all that is left. */
  clear(): InboxItem<B>[] {
    const items = this.#items.drain();
    let bytes = 0;
    for (const item of items) {
      const body = bodyOf(item);
      if (body !== null) bytes += bodyCost(body);
    }
    this.#quota.remove(items.length, bytes);
    this.#startRun();
    return items;
  }

  #afterEnd(): Promise<null> {
    return this.#error === null
      ? Promise.resolve(null)
      : Promise.reject(this.#error);
  }

  /** Few small bodies don't keep a large buffer in memory, once another one is read into. */
  #addToRun(body: B): void {
    const { buffer } = body.data;
    if (buffer !== this.#runBuffer) {
      compact(this.#run.slice(this.#runStart));
      this.#startRun();
      this.#runBuffer = buffer;
    }
    this.#run.push(body);
  }

  #startRun(): void {
    this.#run.length = 0;
    this.#runStart = 0;
    this.#runBuffer = null;
  }
}

function bodyOf<B extends Body>(item: InboxItem<B>): B | null {
  if (item instanceof RpcError) return null;
  return item.kind === "request" ? item.body : item.message.body;
}
