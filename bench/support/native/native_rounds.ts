import type { Combination, Pair } from "./native_pairs.ts";
import { median, type Sample } from "../stats.ts";

/** One line of the table: medians over the rounds. */
export interface PairResult extends Combination {
  /** The median of the rounds' p50, in microseconds. */
  readonly p50: number;
  /** The median of the rounds' p99, in microseconds. */
  readonly p99: number;
  /** Round trips per second with 256 of them open. */
  readonly perSecond: number;
  /** p50 over that of the first pair in the same round. */
  readonly p50Ratio: Spread;
  /** The rate over that of the first pair in the same round. */
  readonly rateRatio: Spread;
}

/** The median of the rounds' ratios, and the lowest and highest of them. */
export interface Spread {
  /** The middle one. */
  readonly median: number;
  /** The lowest and the highest. */
  readonly range: readonly [number, number];
}

const PING_PONG = "ping-pong 3000";
const IN_FLIGHT = "in-flight 262144 256";

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
): Promise<PairResult[]> {
  const pingPong = pairs.map((): Sample[] => []);
  const inFlight = pairs.map((): Sample[] => []);
  const order = [...pairs.entries()];
  for (let round = -1; round < count; round++) {
    for (
      const [command, samples] of [
        [PING_PONG, pingPong],
        [IN_FLIGHT, inFlight],
      ] as const
    ) {
      for (const [i, pair] of order) {
        const sample = await pair.run(command);
        if (round >= 0) samples[i]?.push(sample);
      }
    }
    order.reverse();
  }
  const p50s = pingPong.map((samples) => samples.map((it) => it.p50 ?? NaN));
  const p99s = pingPong.map((samples) => samples.map((it) => it.p99 ?? NaN));
  const rates = inFlight.map((samples) => samples.map((it) => it.perSecond));
  return pairs.map(({ client, server }, i) => ({
    client,
    server,
    p50: median(p50s[i] ?? []),
    p99: median(p99s[i] ?? []),
    perSecond: median(rates[i] ?? []),
    p50Ratio: spread(p50s[i], p50s[0]),
    rateRatio: spread(rates[i], rates[0]),
  }));
}

function spread(
  values: readonly number[] = [],
  baseline: readonly number[] = [],
): Spread {
  const ratios = values.map((value, round) => value / (baseline[round] ?? NaN));
  return {
    median: median(ratios),
    range: [Math.min(...ratios), Math.max(...ratios)],
  };
}
