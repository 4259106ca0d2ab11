/**
 * Draws the charts of the README from what `bench:compare --json FILE` has written:
 * `deno task bench:charts [FILE]`, by default the newest one in `history/compare/`.
 * Each chart is an SVG for light pages and one for dark ones, in `docs/charts/`.
 *
 * @module
 */
import { median } from "../support/stats.ts";
import type { Figure } from "../compare/figures.ts";
import type { Report, Row } from "../compare/report.ts";
import type { Result } from "../compare/work.ts";
import { type Chart, drawChart, type Point } from "./chart.ts";
import { THEMES } from "./theme.ts";

const OURS = "this library, ";
const HISTORY = new URL("../history/compare/", import.meta.url);
const CHARTS = new URL("../../docs/charts/", import.meta.url);

const file = Deno.args[0] ?? newest();
const report: Report = JSON.parse(Deno.readTextFileSync(file));
Deno.mkdirSync(CHARTS, { recursive: true });
write("in_flight", {
  title: "256 calls in flight",
  axis: "calls per second, more is better",
  tick: (value) => `${value / 1000} k`,
  ...shown("256 in flight", ({ rate }) => rate, showRate, true),
});
write("ping_pong", {
  title: "A call and its answer, one at a time",
  axis: "median time of a call in microseconds, less is better",
  tick: (value) => value.toLocaleString("en"),
  ...shown("ping-pong", ({ p50 }) => p50, showTime, false),
});

function write(name: string, chart: Chart): void {
  for (const theme of THEMES) {
    const path = new URL(`${name}_${theme.name}.svg`, CHARTS);
    Deno.writeTextFileSync(path, drawChart(chart, theme));
    console.log(path.pathname);
  }
}

function shown(
  work: string,
  figure: Figure,
  show: (value: number) => string,
  isMoreBetter: boolean,
): Pick<Chart, "points" | "caption"> {
  const rows = report.rows.filter((row) =>
    row.place === "split" && row.work === work
  );
  const points = rows.flatMap((row) => pointOf(row, figure, show))
    .sort((a, b) => isMoreBetter ? b.value - a.value : a.value - b.value);
  return { points, caption: captionOf(rows) };
}

function pointOf(
  { contestant, outcomes }: Row,
  figure: Figure,
  show: (value: number) => string,
): Point[] {
  const values = outcomes
    .filter((outcome): outcome is Result =>
      outcome !== null && typeof outcome === "object"
    )
    .map(figure)
    .filter((value) => value !== null);
  if (values.length === 0) return [];
  const isOurs = contestant.startsWith(OURS);
  const value = median(values);
  return [{
    name: isOurs ? `@fizyr/rpc, ${contestant.slice(OURS.length)}` : contestant,
    isOurs,
    value,
    low: Math.min(...values),
    high: Math.max(...values),
    label: show(value),
  }];
}

function captionOf(rows: readonly Row[]): [string, string] {
  const { machine: { cpu, cpus, linux, deno } } = report;
  const [first] = rows;
  if (first === undefined) throw new Error("The file has no such work");
  const load = Math.max(...rows.map(({ load: [before] }) => before));
  const { date, outcomes: { length: rounds } } = first;
  return [
    "Bodies of 32 bytes; client and server are processes on a CPU each. " +
    (rounds === 1 ? "One round." : `Median of ${rounds} rounds.`),
    `${date.slice(0, 10)}; ${cpu}, ${cpus} CPUs, shared, load ${
      load.toFixed(0)
    } before; Linux ${linux}, Deno ${deno}.`,
  ];
}

function showRate(rate: number): string {
  return rate < 1000 ? `${digits(rate)} /s` : `${digits(rate / 1000)} k/s`;
}

function showTime(micros: number): string {
  return `${digits(micros)} µs`;
}

function digits(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

function newest(): URL {
  const names = [...Deno.readDirSync(HISTORY)].map(({ name }) => name).sort();
  const last = names.at(-1);
  if (last === undefined) throw new Error(`${HISTORY.pathname} has no figures`);
  return new URL(last, HISTORY);
}
