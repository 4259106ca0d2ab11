import { Waiters } from "./waiters.ts";

/** A limited number of places; who finds none waits, and is served in order. */
export class Semaphore {
  readonly #limit: number;
  readonly #waiters = new Waiters<void>();
  #taken = 0;

  /** Makes `limit` free places. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a place if one is free. */
  tryTake(): boolean {
    // Where somebody waits, none is free.
    if (this.#taken >= this.#limit) return false;
    this.#taken++;
    return true;
  }

  /** Waits for a place, and has it when the promise resolves. */
  wait(signal?: AbortSignal): Promise<void> {
    return this.#waiters.wait(signal);
  }

  /** Gives a place back, to the first one that waits. */
  free(): void {
    if (!this.#waiters.resolve()) this.#taken--;
  }

  /** Fails those that wait. */
  fail(reason: unknown): void {
    this.#waiters.rejectAll(reason);
  }
}
