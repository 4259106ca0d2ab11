import type { Combination, Pair } from "./native_pairs.ts";
import { median, type Sample } from "../stats.ts";

/** What is measured, and how a client is asked for it. */
export const measures = {
  "ping-pong": "ping-pong 3000",
  "256 in flight": "in-flight 262144 256",
  "one-way, each awaited": "one-way 100000",
  "updates in one request": "updates 100000",
} as const;

/** The name of a measure. */
export type MeasureName = keyof typeof measures;

/** One line of the table. */
export interface PairResult extends Combination {
  /** What was measured; nothing where all rounds have failed. */
  readonly figures: Readonly<Partial<Record<MeasureName, Figures>>>;
  /** What went wrong in rounds that failed, such as `one-way, each awaited: ...`. */
  readonly failures: readonly string[];
}

/** Medians over the rounds that haven't failed. */
export interface Figures {
  /** In microseconds; NaN where no round trips are timed. */
  readonly p50: number;
  /** Likewise. */
  readonly p99: number;
  /** Round trips or messages per second. */
  readonly perSecond: number;
  /** p50 over that of the first pair in the same round. */
  readonly p50Ratio: Spread;
  /** The rate over that of the first pair in the same round. */
  readonly rateRatio: Spread;
}

/** The median of the rounds' ratios, and the lowest and highest of them. */
export interface Spread {
  /** The middle one; NaN if there is none. */
  readonly median: number;
  /** The lowest and the highest. */
  readonly range: readonly [number, number];
}

/** The samples of a pair, by round; undefined where a round has failed. */
type Samples = (Sample | undefined)[];

/**
 * Runs each measure with each pair, in rounds.
 *
 * - In a round the pairs follow each other directly, in reverse order in every
 *   other round, so that the drift of a shared machine affects all of them.
 * - A first round warms up and is not counted.
 */
export async function runPairs(
  pairs: readonly Pair[],
  count: number,
  names: readonly MeasureName[],
): Promise<PairResult[]> {
  const failures = pairs.map((): string[] => []);
  const samples = new Map(
    names.map((name) => [name, pairs.map((): Samples => [])] as const),
  );
  const order = [...pairs.entries()];
  for (let round = -1; round < count; round++) {
    for (const [name, ofPairs] of samples) {
      for (const [i, pair] of order) {
        const outcome = await pair.run(measures[name]);
        const failed = "error" in outcome;
        if (failed) failures[i]?.push(`${name}: ${outcome.error}`);
        if (round >= 0) ofPairs[i]?.push(failed ? undefined : outcome);
      }
    }
    order.reverse();
  }
  return pairs.map(({ client, server }, i) => {
    const figures: Partial<Record<MeasureName, Figures>> = {};
    for (const [name, ofPairs] of samples) {
      const [baseline = []] = ofPairs;
      const own = ofPairs[i] ?? [];
      if (own.some((sample) => sample !== undefined)) {
        figures[name] = toFigures(own, baseline);
      }
    }
    return { client, server, figures, failures: failures[i] ?? [] };
  });
}

function toFigures(own: Samples, baseline: Samples): Figures {
  const all = (value: (sample: Sample) => number): number =>
    median(own.filter((sample) => sample !== undefined).map(value));
  return {
    p50: all(p50),
    p99: all((sample) => sample.p99 ?? NaN),
    perSecond: all(rate),
    p50Ratio: spread(own, baseline, p50),
    rateRatio: spread(own, baseline, rate),
  };
}

const p50 = (sample: Sample): number => sample.p50 ?? NaN;
const rate = (sample: Sample): number => sample.perSecond;

/** The ratios of the rounds in which neither side has failed. */
function spread(
  own: Samples,
  baseline: Samples,
  value: (sample: Sample) => number,
): Spread {
  const ratios: number[] = [];
  for (const [round, sample] of own.entries()) {
    const other = baseline[round];
    if (sample !== undefined && other !== undefined) {
      ratios.push(value(sample) / value(other));
    }
  }
  return {
    median: median(ratios),
    range: [Math.min(...ratios), Math.max(...ratios)],
  };
}
