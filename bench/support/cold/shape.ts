/** What a fresh process is asked to do. */
export const COLD_WORKS = [
  "1000 calls, one by one",
  "1000 calls, 64 in flight",
  "calls in 100 ms, one by one",
  "10,000 updates, each awaited",
] as const;

/** One of them. */
export type ColdWork = typeof COLD_WORKS[number];

/** How often it was done in a second. */
export interface ColdResult {
  /** The first time in both processes. */
  readonly cold: number;
  /** The second time. */
  readonly next: number;
  /** After many times. */
  readonly warm: number;
}
