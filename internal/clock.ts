/** Timers, so that tests can turn the clock by hand. */
export interface Clock {
  /** Milliseconds since some moment; it never goes back. */
  now(): number;
  /**
   * Calls back after some milliseconds.
   *
   * @param keepsAlive Whether the program goes on until then. Default: no.
   * @returns Forgets the call.
   */
  start(callback: () => void, ms: number, keepsAlive?: boolean): () => void;
}

/** The longest time that a timer takes, in milliseconds: 31 bits, which are 24 days. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** The clock and the timers of the system. */
export const systemClock: Clock = {
  now: () => performance.now(),
  start(callback, ms, keepsAlive = false) {
    // Infinity means never.
    if (ms === Infinity) return () => {};
    const timer = setTimeout(callback, Math.min(ms, LONGEST_TIMER));
    if (!keepsAlive) Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};
