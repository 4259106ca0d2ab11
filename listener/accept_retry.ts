import { pause } from "./pause.ts";

/** How many accepts in a row may fail before a pause. */
const AT_ONCE = 64;

/** The pause, in milliseconds. */
const PAUSE = 5;

/**
 * Decides how soon accepting is tried again after a connection has failed, for
 * instance because it was reset in the backlog. It is tried again at once, as a
 * good connection may be next. But a listening socket that always fails must not
 * take a whole CPU, so there is a pause of 5 ms after each 64 failures in a row. A
 * full backlog of 4096 resets then delays others by 320 ms.
 */
export class AcceptRetry {
  #row = 0;
  #nextWarning = AT_ONCE;
  readonly #signal: AbortSignal;
  readonly #warn: (error: Error) => void;

  /**
   * Makes the state for one listener.
   *
   * @param signal Ends a pause early.
   * @param warn Called after 64 failures in a row, and then each time their number
   * has doubled.
   */
  constructor(signal: AbortSignal, warn: (error: Error) => void) {
    this.#signal = signal;
    this.#warn = warn;
  }

  /** Notes that a connection was accepted. */
  succeeded(): void {
    this.#row = 0;
    this.#nextWarning = AT_ONCE;
  }

  /** Notes that an accept has failed, and pauses after too many in a row. */
  async failed(cause: unknown): Promise<void> {
    if (++this.#row % AT_ONCE !== 0) return;
    if (this.#row === this.#nextWarning) {
      this.#nextWarning *= 2;
      const text =
        `${this.#row} connections in a row could not be accepted; accepting goes on`;
      this.#warn(new Error(text, { cause }));
    }
    await pause(PAUSE, this.#signal);
  }
}
