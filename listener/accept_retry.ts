import { pause } from "./pause.ts";

/** So many accepts in a row may fail before it waits. */
const AT_ONCE = 64;

/** How long it waits then, in milliseconds. */
const PAUSE = 5;

/**
 * How soon an accept is tried again that failed because of its connection, such as
 * one that was reset in the backlog: at once, as a good one may be behind it. But a
 * listening socket that fails for ever must not take a whole CPU. So it waits 5 ms
 * after each 64 failures in a row: a full backlog of 4096 resets holds up others
 * for 320 ms.
 */
export class AcceptRetry {
  #row = 0;
  #nextWarning = AT_ONCE;
  readonly #signal: AbortSignal;
  readonly #warn: (error: Error) => void;

  /**
   * Makes one.
   *
   * @param signal Ends a wait early.
   * @param warn Told of 64 failures in a row, and of twice as many each time after.
   */
  constructor(signal: AbortSignal, warn: (error: Error) => void) {
    this.#signal = signal;
    this.#warn = warn;
  }

  /** A connection was accepted. */
  succeeded(): void {
    this.#row = 0;
    this.#nextWarning = AT_ONCE;
  }

  /** An accept has failed: waits if too many have. */
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
