import { type Machine, thisMachine } from "../support/history/machine.ts";
import type { Outcome } from "./work.ts";

/** Client and server on a CPU each, or both on one. */
export type Place = "split" | "same";

/** What one contestant did of one work, in all rounds. */
export interface Row {
  readonly place: Place;
  readonly work: string;
  readonly contestant: string;
  /** When it was measured, as in 2026-11-27T12:19. */
  readonly date: string;
  /** The machine's load of the last minute, before and after; that of the work is in it. */
  readonly load: readonly [before: number, after: number];
  readonly outcomes: readonly Outcome[];
}

/** The figures of `compare.ts`, as it writes them. */
export interface Report {
  readonly machine: Machine;
  /** What the packages of the others were. */
  readonly packages: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

/** A report without figures, of this machine and today's packages. */
export function emptyReport(): Report {
  const config = new URL("peers/deno.json", import.meta.url);
  const { imports } = JSON.parse(Deno.readTextFileSync(config));
  return { machine: thisMachine(), packages: imports, rows: [] };
}

/**
 * Reads a report that is to be added to; an empty one if there is none.
 *
 * @throws {Error} If it is of another machine, or of other versions.
 */
export function readReport(file: string): Report {
  const empty = emptyReport();
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return empty;
    throw error;
  }
  const report: Report = JSON.parse(text);
  if (origin(report) !== origin(empty)) {
    throw new Error(
      `${file} was measured on another machine or with other versions`,
    );
  }
  return report;
}

function origin({ machine, packages }: Report): string {
  return JSON.stringify([machine, packages]);
}

/** Writes a report as a whole, so that one that is cut off leaves the one before. */
export function writeReport(file: string, report: Report): void {
  const whole = `${file}.part`;
  Deno.writeTextFileSync(whole, `${JSON.stringify(report, null, 2)}\n`);
  Deno.renameSync(whole, file);
}

/** A report with rows in the place of those of the same work and contestant. */
export function withRows(report: Report, rows: readonly Row[]): Report {
  const kept = report.rows.filter((old) =>
    rows.every((row) => !isOf(row, old.place, old.work, old.contestant))
  );
  return { ...report, rows: [...kept, ...rows] };
}

/** The row of a work and a contestant; undefined if it isn't measured. */
export function findRow(
  { rows }: Report,
  place: Place,
  work: string,
  contestant: string,
): Row | undefined {
  return rows.find((row) => isOf(row, place, work, contestant));
}

function isOf(
  row: Row,
  place: Place,
  work: string,
  contestant: string,
): boolean {
  return row.place === place && row.work === work &&
    row.contestant === contestant;
}
