import { onAbort } from "./abort.ts";
import { Queue } from "./queue.ts";

/** How a waiter is told the outcome. */
export interface Waiter<T> {
  /** It gets what it waited for. */
  resolve(value: T): void;
  /** It will not get it. */
  reject(reason: unknown): void;
}

interface Entry<T> {
  readonly waiter: Waiter<T>;
  /** Kept from being garbage-collected while it waits. */
  readonly owner: WeakKey | undefined;
  /** Stops listening to the signal. */
  stop: (() => void) | null;
  /** Whether it has given up. */
  gone: boolean;
}

/** A queue of waiters for the same thing, served in order. */
export class Waiters<T> {
  // Mostly there is one waiter, which needs no queue.
  #first: Entry<T> | null = null;
  #others: Queue<Entry<T>> | null = null;
  /** How many of the others have given up. */
  #gone = 0;

  /** How many are waiting. */
  get length(): number {
    if (this.#first === null) return 0;
    return 1 + (this.#others?.length ?? 0) - this.#gone;
  }

  /**
   * Waits.
   *
   * @param signal Ends the wait, which rejects with its reason. It must not have
   * fired yet.
   * @param owner An object that is not garbage-collected while it waits.
   */
  wait(signal?: AbortSignal, owner?: WeakKey): Promise<T> {
    // `Promise.withResolvers` would take almost twice as long.
    return new Promise((resolve, reject) =>
      this.add({ resolve, reject }, signal, null, owner)
    );
  }

  /**
   * Adds a waiter that is told by a synchronous call, not by a promise.
   *
   * @param signal Ends the wait, as `over` does; neither must have fired yet.
   */
  add(
    waiter: Waiter<T>,
    signal?: AbortSignal,
    over: AbortSignal | null = null,
    owner?: WeakKey,
  ): void {
    const entry: Entry<T> = { waiter, owner, stop: null, gone: false };
    if (signal !== undefined) this.#giveUpAt(signal, entry);
    if (over !== null) this.#giveUpAt(over, entry);
    if (this.#first === null) this.#first = entry;
    else (this.#others ??= new Queue()).push(entry);
  }

  /** Gives the first one a value; false if nobody waits. */
  resolve(value: T): boolean {
    const waiter = this.#shift();
    if (waiter === null) return false;
    waiter.resolve(value);
    return true;
  }

  /** Fails the first one; false if nobody waits. */
  reject(reason: unknown): boolean {
    const waiter = this.#shift();
    if (waiter === null) return false;
    waiter.reject(reason);
    return true;
  }

  /** Gives all of them a value. */
  resolveAll(value: T): void {
    for (let left = this.length; left > 0; left--) this.resolve(value);
  }

  /** Fails all of them. */
  rejectAll(reason: unknown): void {
    for (let left = this.length; left > 0; left--) this.reject(reason);
  }

  #giveUpAt(signal: AbortSignal, entry: Entry<T>): void {
    const others = entry.stop;
    const forget = onAbort(signal, () => {
      entry.stop?.();
      this.#remove(entry);
      entry.waiter.reject(signal.reason);
    });
    entry.stop = others === null ? forget : () => {
      others();
      forget();
    };
  }

  #shift(): Waiter<T> | null {
    const first = this.#first;
    if (first === null) return null;
    this.#advance();
    first.stop?.();
    return first.waiter;
  }

  #advance(): void {
    const others = this.#others;
    let next = others?.shift() ?? null;
    while (next?.gone) {
      this.#gone--;
      next = others!.shift() ?? null;
    }
    this.#first = next;
  }

  /** Takes constant time: the entry stays in the queue, and is counted in `#gone`. */
  #remove(entry: Entry<T>): void {
    if (entry === this.#first) return this.#advance();
    entry.gone = true;
    this.#gone++;
    const others = this.#others!;
    if (2 * this.#gone <= others.length) return;
    others.keep(({ gone }) => !gone);
    this.#gone = 0;
  }
}

/**
 * A limited number of permits. If none is free, callers wait, and are served in
 * order.
 */
export class Semaphore {
  readonly #limit: number;
  readonly #waiters = new Waiters<void>();
  #taken = 0;

  /** Makes `limit` permits. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many permits are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** How many callers wait for a permit. */
  get waiting(): number {
    return this.#waiters.length;
  }

  /** Takes a permit if one is free. */
  tryAcquire(): boolean {
    // A permit that is given back goes to a caller that waits, so none is free
    // while any caller waits.
    if (this.#taken >= this.#limit) return false;
    this.#taken++;
    return true;
  }

  /** Waits for a permit. When the promise resolves, the permit is taken. */
  acquire(signal?: AbortSignal): Promise<void> {
    return this.#waiters.wait(signal);
  }

  /** Gives a permit back; the first caller that waits gets it. */
  release(): void {
    if (!this.#waiters.resolve()) this.#taken--;
  }

  /** Rejects all callers that wait. */
  fail(reason: unknown): void {
    this.#waiters.rejectAll(reason);
  }
}
