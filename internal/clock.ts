/** Timers, so that tests can turn the clock by hand. */
export interface Clock {
  /** Milliseconds since some moment; it never goes back. */
  now(): number;
  /**
   * Calls back after some milliseconds; it doesn't keep the program alive.
   *
   * @returns Forgets the call.
   */
  start(callback: () => void, ms: number): () => void;
}

const LONGEST_TIMER = 2 ** 31 - 1;

/** The clock on the wall. */
export const systemClock: Clock = {
  now: () => performance.now(),
  start(callback, ms) {
    // A timer takes 31 bits: 24 days, and Infinity is for ever.
    if (ms === Infinity) return () => {};
    const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER));
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};
