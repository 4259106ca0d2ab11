/** How long something took, in buckets. */
export interface DurationHistogram {
  /** The upper ends of the buckets, in milliseconds; the last bucket has none. */
  readonly bounds: readonly number[];
  /** How many durations are in each bucket: one more than `bounds`. */
  readonly counts: readonly number[];
  /** All of them together, in milliseconds. */
  readonly sum: number;
  /** The longest one, in milliseconds. */
  readonly max: number;
}

/**
 * From a call on one machine to one that works for a while. From 5 ms on these are
 * the bounds that the conventions of OpenTelemetry give for calls.
 */
const BOUNDS = [
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 75],
  ...[100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000],
];

/** Counts durations. */
export class DurationCounter {
  readonly #counts: number[] = new Array(BOUNDS.length + 1).fill(0);
  #sum = 0;
  #max = 0;

  /** Counts one, in milliseconds. */
  add(ms: number): void {
    let bucket = 0;
    while (bucket < BOUNDS.length && ms > BOUNDS[bucket]!) bucket++;
    this.#counts[bucket]!++;
    this.#sum += ms;
    if (ms > this.#max) this.#max = ms;
  }

  /** What was counted. */
  get histogram(): DurationHistogram {
    return {
      bounds: BOUNDS,
      counts: [...this.#counts],
      sum: this.#sum,
      max: this.#max,
    };
  }
}
