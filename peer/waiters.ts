import { Fifo } from "./fifo.ts";

interface Waiter<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** Promises that wait for the same thing; the first one to wait gets it first. */
export class Waiters<T> {
  readonly #waiters = new Fifo<Waiter<T>>();

  /** How many are waiting. */
  get length(): number {
    return this.#waiters.length;
  }

  /**
   * Waits.
   *
   * @param signal Gives up, and rejects with its reason; it must not have fired yet.
   */
  wait(signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (signal === undefined) {
        this.#waiters.push({ resolve, reject });
        return;
      }
      const abort = (): void => {
        this.#waiters.remove(waiter);
        reject(signal.reason);
      };
      const settled = (): void => signal.removeEventListener("abort", abort);
      const waiter: Waiter<T> = {
        resolve(value) {
          settled();
          resolve(value);
        },
        reject(reason) {
          settled();
          reject(reason);
        },
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  /** Gives the first one a value; false if nobody waits. */
  resolve(value: T): boolean {
    const waiter = this.#waiters.shift();
    waiter?.resolve(value);
    return waiter !== undefined;
  }

  /** Fails the first one; false if nobody waits. */
  reject(reason: unknown): boolean {
    const waiter = this.#waiters.shift();
    waiter?.reject(reason);
    return waiter !== undefined;
  }

  /** Gives all of them a value. */
  resolveAll(value: T): void {
    for (const waiter of this.#waiters.drain()) waiter.resolve(value);
  }

  /** Fails all of them. */
  rejectAll(reason: unknown): void {
    for (const waiter of this.#waiters.drain()) waiter.reject(reason);
  }
}
