import { Waiters } from "./waiters.ts";

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
