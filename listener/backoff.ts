import type { Clock } from "../peer/stall_watch.ts";

const FIRST = 5;
const LONGEST = 1000;

/** Waits longer after each failure in a row, from 5 ms to 1 s. */
export class Backoff {
  readonly #clock: Clock;
  #next = FIRST;
  #cancel: (() => void) | null = null;

  /** Makes a back-off that hasn't failed yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something has worked. */
  reset(): void {
    this.#next = FIRST;
  }

  /** Something has failed: waits. */
  wait(): Promise<void> {
    const ms = this.#next;
    this.#next = Math.min(ms * 2, LONGEST);
    return new Promise((resolve) => {
      const stop = this.#clock.start(resolve, ms);
      this.#cancel = () => {
        stop();
        resolve();
      };
    });
  }

  /** Ends a wait at once. */
  cancel(): void {
    this.#cancel?.();
  }
}
