import { Queue } from "./queue.ts";

interface Waiter<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
  /** Kept from being garbage-collected while it waits. */
  readonly owner: WeakKey | undefined;
}

/** Promises that wait for the same thing; the first one to wait gets it first. */
export class Waiters<T> {
  // Most things are waited for by one: it needs no queue.
  #first: Waiter<T> | null = null;
  #others: Queue<Waiter<T>> | null = null;

  /** How many are waiting. */
  get length(): number {
    return (this.#first === null ? 0 : 1) + (this.#others?.length ?? 0);
  }

  /**
   * Waits.
   *
   * @param signal Gives up, and rejects with its reason; it must not have fired yet.
   * @param owner Kept from being garbage-collected meanwhile.
   */
  wait(signal?: AbortSignal, owner?: WeakKey): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiter = { resolve, reject, owner };
    this.#push(signal === undefined ? waiter : this.#until(signal, waiter));
    return promise;
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

  /** A waiter that leaves when the signal fires. */
  #until(
    signal: AbortSignal,
    { resolve, reject, owner }: Waiter<T>,
  ): Waiter<T> {
    const abort = (): void => {
      this.#remove(waiter);
      reject(signal.reason);
    };
    const waiter: Waiter<T> = {
      owner,
      resolve(value) {
        signal.removeEventListener("abort", abort);
        resolve(value);
      },
      reject(reason) {
        signal.removeEventListener("abort", abort);
        reject(reason);
      },
    };
    signal.addEventListener("abort", abort, { once: true });
    return waiter;
  }

  #push(waiter: Waiter<T>): void {
    if (this.#first === null) this.#first = waiter;
    else (this.#others ??= new Queue()).push(waiter);
  }

  #shift(): Waiter<T> | null {
    const first = this.#first;
    this.#first = this.#others?.shift() ?? null;
    return first;
  }

  #remove(waiter: Waiter<T>): void {
    if (waiter === this.#first) this.#shift();
    else this.#others?.remove(waiter);
  }
}
