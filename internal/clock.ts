import { unrefTimer } from "./runtime/unref_timer.ts";

/** Time and timers. Tests have a clock of their own, which they turn by hand. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back. */
  now(): number;
  /**
   * Calls back after some milliseconds.
   *
   * @param keepsAlive Whether the timer keeps the program alive. Default: no.
   * @returns A function that cancels the call.
   */
  start(callback: () => void, ms: number, keepsAlive?: boolean): () => void;
}

/** The longest time of a timer, in milliseconds: 31 bits, which are 24 days. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** The clock and the timers of the system. */
export const systemClock: Clock = {
  now: () => performance.now(),
  start(callback, ms, keepsAlive = false) {
    // Infinity means never.
    if (ms === Infinity) return () => {};
    const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER));
    if (!keepsAlive) unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};
