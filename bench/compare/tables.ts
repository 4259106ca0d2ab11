import { failureOf, type Figure, isFailure, medianOf } from "./figures.ts";
import { findRow, type Place, type Report } from "./report.ts";

interface Column {
  readonly head: string;
  readonly work: string;
  readonly figure: Figure;
  readonly show: (value: number) => string;
}

/** Columns of one table, and what it is about. */
interface Group {
  readonly title: string;
  readonly columns: readonly Column[];
}

const p50 = (head: string, work = head): Column => ({
  head: `${head}, p50`,
  work,
  figure: (result) => result.p50,
  show: showTime,
});

const rate = (work: string): Column => ({
  head: work,
  work,
  figure: (result) => result.rate,
  show: showRate,
});

const GROUPS: readonly Group[] = [
  {
    title: "One call at a time",
    columns: [
      p50("ping-pong"),
      { ...p50(""), head: "p99", work: "ping-pong", figure: (r) => r.p99 },
      { ...p50(""), head: "p99.9", work: "ping-pong", figure: (r) => r.p999 },
      p50("1 KiB"),
      p50("64 KiB"),
      p50("1 MiB"),
      p50("4 MiB"),
    ],
  },
  {
    title: "Calls at the same time",
    columns: [
      "64 in flight",
      "256 in flight",
      "1000 in flight",
      "10,000 in flight",
      "10 connections",
      "100 connections",
      "1000 connections",
    ].map(rate),
  },
  {
    title: "Bodies 8 in flight, and messages that nothing answers",
    columns: [
      "1 KiB, 8 in flight",
      "64 KiB, 8 in flight",
      "1 MiB, 8 in flight",
      "4 MiB, 8 in flight",
      "one-way, each awaited",
      "100,000 updates",
    ].map(rate),
  },
  {
    title:
      "CPU time of a call, client and server, and resident memory after it",
    columns: [
      cpu("ping-pong"),
      cpu("256 in flight"),
      memory("256 in flight", "client"),
      memory("256 in flight", "server"),
      memory("1000 connections", "client"),
      memory("1000 connections", "server"),
    ],
  },
];

function cpu(work: string): Column {
  return {
    head: `${work}, CPU`,
    work,
    figure: ({ client, server }) => client.cpuEach + server.cpuEach,
    show: showTime,
  };
}

function memory(work: string, side: "client" | "server"): Column {
  return {
    head: `${work}, ${side}`,
    work,
    figure: (result) => result[side].resident,
    show: (bytes) => `${digits(bytes / 2 ** 20)} MiB`,
  };
}

/** Rounds and the load of the machine, work by work: what says how far to trust figures. */
export function toConditions(report: Report, place: Place): string {
  const works = Map.groupBy(
    report.rows.filter((row) => row.place === place),
    ({ work }) => work,
  );
  const parts = [...works].map(([work, rows]) => {
    const rounds = Math.max(...rows.map(({ outcomes }) => outcomes.length));
    const loads = rows.flatMap(({ load }) => load);
    const range = [Math.min(...loads), Math.max(...loads)].map(Math.round);
    return `${work} ${rounds} at ${[...new Set(range)].join("–")}`;
  });
  return `Rounds, and the load of the machine: ${parts.join("; ")}.\n`;
}

/** The figures of a place as Markdown, with what failed and how. */
export function toTables(
  report: Report,
  place: Place,
  contestants: readonly string[],
): string {
  const where = place === "split" ? "two CPUs" : "one CPU";
  const parts: string[] = [];
  for (const { title, columns } of GROUPS) {
    const measured = columns.filter(({ work }) =>
      contestants.some((name) => findRow(report, place, work, name))
    );
    if (measured.length === 0) continue;
    const cells = [
      ["", ...measured.map(({ head }) => head)],
      ["---", ...measured.map(() => "--:")],
      ...contestants.map((name) => [
        name,
        ...measured.map((column) => cellOf(report, place, name, column)),
      ]),
    ];
    const table = cells.map((row) => `| ${row.join(" | ")} |`).join("\n");
    parts.push(`### ${title}, ${where}\n\n${table}\n`);
  }
  for (const row of report.rows) {
    const failure = row.place === place ? failureOf(row) : undefined;
    if (failure === undefined) continue;
    parts.push(`${row.contestant}, ${row.work}: ${failure}\n`);
  }
  return parts.join("\n");
}

function cellOf(
  report: Report,
  place: Place,
  contestant: string,
  { work, figure, show }: Column,
): string {
  const row = findRow(report, place, work, contestant);
  if (row === undefined) return "not measured";
  if (isFailure(row)) return "fails";
  const value = medianOf(row, figure);
  return value === null ? "" : show(value);
}

function showTime(micros: number): string {
  return micros < 1000 ? `${digits(micros)} us` : `${digits(micros / 1000)} ms`;
}

function showRate(rate: number): string {
  return rate < 1000 ? `${digits(rate)} /s` : `${digits(rate / 1000)} k/s`;
}

function digits(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
