import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

const NS_PER_MS = 1e6;

/** The upper ends of the bars: 1, 2 and 5 of each power of ten, in milliseconds. */
const BOUNDS: readonly number[] = [-3, -2, -1, 0, 1, 2, 3, 4].flatMap((power) =>
  [1, 2, 5].map((step) => step * 10 ** power)
);

/** How wide a bar may be, in characters. */
const WIDEST = 40;

/** The percentiles that are told. */
export interface Percentiles {
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** How long calls took, in three significant digits. */
export class LatencyHistogram {
  // An HDR histogram, which Deno, Node and Bun have.
  readonly #histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: 3600 * 1000 * NS_PER_MS,
    figures: 3,
  });
  readonly #bars: number[] = new Array(BOUNDS.length + 1).fill(0);

  /** Counts one, in milliseconds. */
  add(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * NS_PER_MS)));
    let bar = 0;
    while (bar < BOUNDS.length && ms > BOUNDS[bar]!) bar++;
    this.#bars[bar]!++;
  }

  /** In milliseconds. */
  get percentiles(): Percentiles {
    const at = (percentile: number): number =>
      inMs(this.#histogram.percentile(percentile));
    return {
      ...{ min: inMs(this.#histogram.min), p50: at(50), p90: at(90) },
      ...{ p99: at(99), p999: at(99.9), max: inMs(this.#histogram.max) },
    };
  }

  /** A line with a bar for each range that has any, and for those between them. */
  lines(): string[] {
    const first = this.#bars.findIndex((count) => count > 0);
    const last = this.#bars.findLastIndex((count) => count > 0);
    if (first < 0) return [];
    const shown = this.#bars.slice(first, last + 1);
    const most = Math.max(...shown);
    const all = shown.reduce((sum, count) => sum + count, 0);
    return shown.map((count, index) => {
      const bound = BOUNDS[first + index];
      const range = bound === undefined
        ? `> ${BOUNDS.at(-1)} ms`
        : `<= ${bound} ms`;
      const share = `${(100 * count / all).toFixed(1)} %`;
      const bar = "#".repeat(Math.ceil(WIDEST * count / most));
      return `${range.padStart(12)} ${share.padStart(8)} ${bar}`.trimEnd();
    });
  }
}

function inMs(ns: number): number {
  return Math.round(ns / 1000) / 1000;
}
