import type { MeasureGroup } from "./measures.ts";
import { median, type Sample } from "./stats.ts";

/** One line of the table. */
export interface Result {
  /** What was measured. */
  readonly name: string;
  /** Medians over the rounds. */
  readonly sample: Sample;
  /**
   * Ratios to the baseline that ran next to it in the same round; null for a
   * baseline.
   */
  readonly ratios: Ratios | null;
  /** The name of that baseline; null for a baseline. */
  readonly against: string | null;
}

/** Ratios to the baseline, each as the median over the rounds. */
export interface Ratios {
  /** Time of a round trip; below 1 is faster. */
  readonly p50: number | null;
  /** The lowest and the highest of a round. */
  readonly p50Range: readonly [number, number] | null;
  /** Rate; above 1 is faster. */
  readonly rate: number;
  /** The lowest and the highest rate ratio of a round. */
  readonly range: readonly [number, number];
}

interface Pair {
  readonly baseline: Sample;
  readonly subject: Sample;
}

/**
 * Runs all the measures in alternating rounds.
 *
 * - Each measure runs directly after a run of its baseline (in odd rounds before
 *   it), so that the drift of a shared machine affects both.
 * - A first round warms up and is not counted.
 */
export async function runRounds(
  groups: readonly MeasureGroup[],
  rounds: number,
): Promise<Result[]> {
  const pairs = groups.map((group) => group.subjects.map((): Pair[] => []));
  for (let round = -1; round < rounds; round++) {
    for (const [i, { baseline, subjects }] of groups.entries()) {
      for (const [j, measure] of subjects.entries()) {
        const pair = await runPair(baseline.run, measure.run, round);
        if (round >= 0) pairs[i]?.[j]?.push(pair);
      }
    }
  }
  const results: Result[] = [];
  for (const [i, { baseline, subjects }] of groups.entries()) {
    if (results.every((result) => result.name !== baseline.name)) {
      const samples = pairs[i]?.flat().map((pair) => pair.baseline) ?? [];
      results.push({
        name: baseline.name,
        sample: medians(samples),
        ratios: null,
        against: null,
      });
    }
    for (const [j, { name }] of subjects.entries()) {
      const own = pairs[i]?.[j] ?? [];
      const sample = medians(own.map((pair) => pair.subject));
      results.push({
        name,
        sample,
        ratios: toRatios(own),
        against: baseline.name,
      });
    }
  }
  return results;
}

async function runPair(
  baseline: () => Promise<Sample>,
  subject: () => Promise<Sample>,
  round: number,
): Promise<Pair> {
  if (round % 2 === 0) {
    const first = await baseline();
    return { baseline: first, subject: await subject() };
  }
  const first = await subject();
  return { baseline: await baseline(), subject: first };
}

function toRatios(pairs: readonly Pair[]): Ratios {
  const rates = pairs.map(({ baseline, subject }) =>
    subject.perSecond / baseline.perSecond
  );
  const times = pairs.flatMap(({ baseline, subject }) =>
    baseline.p50 === null || subject.p50 === null
      ? []
      : [subject.p50 / baseline.p50]
  );
  return {
    p50: times.length === 0 ? null : median(times),
    p50Range: times.length === 0 ? null : rangeOf(times),
    rate: median(rates),
    range: rangeOf(rates),
  };
}

function rangeOf(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function medians(samples: readonly Sample[]): Sample {
  return {
    p50: medianOrNull(samples.map((sample) => sample.p50)),
    p99: medianOrNull(samples.map((sample) => sample.p99)),
    perSecond: median(samples.map((sample) => sample.perSecond)),
    bytesPerSecond: median(samples.map((sample) => sample.bytesPerSecond)),
  };
}

function medianOrNull(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : median(present);
}
