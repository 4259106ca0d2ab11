import { Waiters } from "./waiters.ts";

/** A limited number of permits. Those that find none wait, and are served in order. */
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

  /** Takes a permit if one is free. */
  tryAcquire(): boolean {
    // A permit that is given back goes to those that wait, so none is free while
    // anybody waits.
    if (this.#taken >= this.#limit) return false;
    this.#taken++;
    return true;
  }

  /** Waits for a permit; it is taken when the promise resolves. */
  acquire(signal?: AbortSignal): Promise<void> {
    return this.#waiters.wait(signal);
  }

  /** Gives a permit back, to the first one that waits. */
  release(): void {
    if (!this.#waiters.resolve()) this.#taken--;
  }

  /** Fails those that wait. */
  fail(reason: unknown): void {
    this.#waiters.rejectAll(reason);
  }
}
