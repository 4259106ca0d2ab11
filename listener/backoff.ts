import { pause } from "./pause.ts";

const FIRST = 5;
const LONGEST = 1000;

/** A wait that doubles after each failure, from 5 ms to 1 s. */
export class Backoff {
  #next = FIRST;

  /**
   * Waits after a failure.
   *
   * @param signal Ends the wait early.
   * @param keepsAlive Whether the wait keeps the program alive, as an accept does.
   */
  wait(signal: AbortSignal, keepsAlive: boolean): Promise<void> {
    const ms = this.#next;
    this.#next = Math.min(ms * 2, LONGEST);
    return pause(ms, signal, keepsAlive);
  }
}
