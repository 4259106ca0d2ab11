/** What a fresh process is asked to do. */
export const COLD_WORKS = [
  "1000 calls, one by one",
  "1000 calls, 64 in flight",
  "calls in 100 ms, one by one",
  "10,000 updates, each awaited",
] as const;

/** One of them. */
export type ColdWork = typeof COLD_WORKS[number];

/** How it was done. */
export interface ColdRun {
  /** How often in a second. */
  readonly perSecond: number;
  /** CPU time of both processes each time, in microseconds, with all their threads. */
  readonly cpu: number;
}

/** How it was done at three times. */
export interface ColdResult {
  /** The first time in both processes. */
  readonly cold: ColdRun;
  /** The second time. */
  readonly next: ColdRun;
  /** After many times. */
  readonly warm: ColdRun;
}
