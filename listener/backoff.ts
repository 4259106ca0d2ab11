const FIRST = 5;
const LONGEST = 1000;

/** Waits longer after each failure in a row, from 5 ms to 1 s. */
export class Backoff {
  #next = FIRST;
  #cancel: (() => void) | null = null;

  /** Something has worked. */
  reset(): void {
    this.#next = FIRST;
  }

  /** Something has failed: waits. Keeps the program alive, as an accept does. */
  wait(): Promise<void> {
    const ms = this.#next;
    this.#next = Math.min(ms * 2, LONGEST);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#cancel = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends a wait at once. */
  cancel(): void {
    this.#cancel?.();
  }
}
