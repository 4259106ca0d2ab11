const FIRST = 5;
const LONGEST = 1000;

/** Waits longer after each failure in a row, from 5 ms to 1 s. */
export class Backoff {
  #next = FIRST;

  /**
   * Something has failed: waits. Keeps the program alive, as an accept does.
   *
   * @param signal Ends the wait early.
   */
  wait(signal: AbortSignal): Promise<void> {
    const ms = this.#next;
    this.#next = Math.min(ms * 2, LONGEST);
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end, { once: true });
      if (signal.aborted) end();
    });
  }
}
