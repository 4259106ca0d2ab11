import type { Machine } from "./machine.ts";
import type { Result } from "../rounds.ts";
import type { ResultSet } from "../table.ts";

/** The results of one day, which later ones are compared with. */
export interface Milestone {
  /** What was reached. */
  readonly name: string;
  /** When it was measured, as in 2026-11-27T12:19. */
  readonly date: string;
  readonly machine: Machine;
  readonly sets: readonly ResultSet[];
}

/** A measure whose ratio to raw reads and writes has become lower. */
export interface Slowdown {
  /** The transport, the CPUs and the measure. */
  readonly what: string;
  /** The ratio of the rates, at the milestone and now. */
  readonly before: number;
  readonly now: number;
}

/**
 * What has become slower by more than the spread: its ratio is below all of the
 * rounds of the milestone, and all its rounds are below the milestone's ratio. Measures
 * that only one of them has aren't compared.
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
      if (other === undefined || !isSlower(other, result)) continue;
      found.push({
        what: `${title}: ${result.name}`,
        before: other.ratios!.rate,
        now: result.ratios!.rate,
      });
    }
  }
  return found;
}

function isSlower(
  { ratios: before }: Result,
  { ratios: now }: Result,
): boolean {
  if (before === null || now === null) return false;
  return now.rate < before.range[0] && now.range[1] < before.rate;
}
