import type { Machine } from "./machine.ts";
import type { Ratios } from "../rounds.ts";
import type { ResultSet } from "../table.ts";

/** The results of one day, which later ones are compared with. */
export interface Milestone {
  /** What was reached. */
  readonly name: string;
  /** When it was measured, as in 2026-11-27T12:19. */
  readonly date: string;
  readonly machine: Machine;
  /** How many programs wanted a CPU, in the minute before and in the last one. */
  readonly load: readonly [before: number, after: number];
  readonly sets: readonly ResultSet[];
}

/** A measure whose ratio to raw reads and writes has become worse. */
export interface Slowdown {
  /** The transport, the CPUs, the measure, and whether it is its rate or its p50. */
  readonly what: string;
  /** The ratio to raw reads and writes, at the milestone and now. */
  readonly before: number;
  readonly now: number;
}

/**
 * What has become slower by more than the spread: its ratio is worse than all of the
 * rounds of the milestone, and all its rounds are worse than the milestone's ratio.
 * Measures that only one of them has aren't compared.
 */
export function slowdowns(
  before: readonly ResultSet[],
  now: readonly ResultSet[],
): Slowdown[] {
  const found: Slowdown[] = [];
  for (const { title, results } of now) {
    const old = before.find((set) => set.title === title)?.results ?? [];
    for (const result of results) {
      const other = old.find(({ name, against }) =>
        name === result.name && against === result.against
      );
      if (other === undefined) continue;
      for (const [figure, { of, worse }] of Object.entries(FIGURES)) {
        const [then, today] = [of(other.ratios), of(result.ratios)];
        if (then === null || today === null) continue;
        if (!isWorse(then, today, worse)) continue;
        found.push({
          what: `${title}: ${result.name}, ${figure}`,
          before: then.middle,
          now: today.middle,
        });
      }
    }
  }
  return found;
}

/** A ratio: the median of the rounds, the lowest and the highest. */
interface Spread {
  readonly middle: number;
  readonly range: readonly [number, number];
}

/** What is compared, and which of it is worse. */
const FIGURES: Readonly<
  Record<string, {
    readonly of: (ratios: Ratios | null) => Spread | null;
    readonly worse: "lower" | "higher";
  }>
> = {
  rate: {
    of: (ratios) => ratios && { middle: ratios.rate, range: ratios.range },
    worse: "lower",
  },
  p50: {
    of(ratios) {
      // The first milestone has no range of it.
      if (!ratios?.p50 || !ratios.p50Range) return null;
      return { middle: ratios.p50, range: ratios.p50Range };
    },
    worse: "higher",
  },
};

function isWorse(
  before: Spread,
  now: Spread,
  worse: "lower" | "higher",
): boolean {
  const [low, high] = before.range;
  return worse === "lower"
    ? now.middle < low && now.range[1] < before.middle
    : now.middle > high && now.range[0] > before.middle;
}
