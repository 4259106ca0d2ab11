import { median } from "../support/stats.ts";
import type { Row } from "./report.ts";
import type { Result } from "./work.ts";

/** A figure of a result; null where it has none. */
export type Figure = (result: Result) => number | null;

/** The median of a figure over the rounds; null if no round has it. */
export function medianOf(row: Row | undefined, figure: Figure): number | null {
  const values = resultsOf(row).map(figure).filter((value) => value !== null);
  return values.length === 0 ? null : median(values);
}

/** Whether a row has nothing but errors. */
export function isFailure(row: Row | undefined): boolean {
  return failureOf(row) !== undefined && resultsOf(row).length === 0;
}

/** The first error of a row. */
export function failureOf(row: Row | undefined): string | undefined {
  return row?.outcomes.find((outcome) => typeof outcome === "string");
}

function resultsOf(row: Row | undefined): Result[] {
  return (row?.outcomes ?? []).filter((outcome) =>
    outcome !== null && typeof outcome !== "string"
  );
}
