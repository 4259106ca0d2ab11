import { printable } from "../output/printable.ts";
import type { ConnectionRound } from "./connection_round.ts";
import type { InterfaceRound, ServiceRound } from "./stats_round.ts";

/** Where a page of `fizyr top` is shown. */
export interface PageOptions {
  readonly columns: number;
  readonly rows: number;
  readonly colors: boolean;
}

const HEADS = ["calls", "calls/s", "open", "errors", "p50", "p99", "max ms"];
const CONNECTION_HEADS = [
  "transport",
  "age s",
  "in/s",
  "out/s",
  "open",
  "queued",
];
/** How wide a figure is, in characters. */
const WIDTH = 10;
/** How wide the name is at least. */
const NARROWEST = 12;

/** What is shown. */
export interface TopRound {
  readonly interfaces: readonly InterfaceRound[];
  /** Null where the server doesn't tell of them. */
  readonly connections: readonly ConnectionRound[] | null;
}

/** The lines of the page, cut to the terminal. */
export function topPage(
  title: string,
  { interfaces, connections }: TopRound,
  { columns, rows, colors }: PageOptions,
): string[] {
  const lengthOf = ({ name }: { readonly name: string }): number =>
    printable(name).length;
  const names = interfaces.flatMap((one) => [
    lengthOf(one) + 18,
    ...one.services.map(lengthOf),
  ]).concat(connections?.map(lengthOf) ?? []);
  const wide = Math.max(
    NARROWEST,
    Math.min(Math.max(0, ...names) + 1, columns - WIDTH * HEADS.length - 1),
  );
  const row = (name: string, cells: readonly string[]): string =>
    `${printable(name).slice(0, wide).padEnd(wide)}${
      cells.map((cell) => printable(cell).padStart(WIDTH)).join("")
    }`.slice(0, columns - 1).trimEnd();
  const paint = (code: number, line: string): string =>
    colors ? `\x1b[${code}m${line}\x1b[0m` : line;
  const lines = [
    paint(1, title.slice(0, columns - 1)),
    "",
    paint(7, row("service", HEADS).padEnd(columns - 1)),
    ...interfaces.flatMap(({ name, connections, services }) => [
      paint(1, row(`${name}, ${connections} connected`, [])),
      ...services.map((service) => {
        const line = row(`  ${localName(service)}`, cellsOf(service));
        return service.errors > 0 ? paint(33, line) : line;
      }),
    ]),
  ];
  if (connections !== null) {
    const head = row("connection", CONNECTION_HEADS).padEnd(columns - 1);
    lines.push("", paint(7, head));
    for (const connection of connections) {
      const { name, isPaused } = connection;
      const line = row(name, [
        ...connectionCells(connection),
        isPaused ? "paused" : "",
      ]);
      lines.push(isPaused ? paint(33, line) : line);
    }
  }
  const foot = "q ends it";
  const room = rows - 2;
  return lines.length <= room
    ? [...lines, "", foot]
    : [...lines.slice(0, room), `${lines.length - room} more lines; ${foot}`];
}

function connectionCells(
  { transport, age, received, sent, open, queued }: ConnectionRound,
): string[] {
  return [
    ...[
      printable(transport).slice(0, WIDTH - 1),
      String(age),
      received.toFixed(1),
    ],
    ...[sent.toFixed(1), String(open), String(queued)],
  ];
}

function localName({ name }: ServiceRound): string {
  return name.slice(name.indexOf(".") + 1);
}

function cellsOf(
  { calls, rate, open, errors, p50, p99, max }: ServiceRound,
): string[] {
  return [
    ...[String(calls), rate.toFixed(1), String(open), String(errors)],
    ...[p50 === null ? "-" : `<=${p50}`, p99 === null ? "-" : `<=${p99}`],
    String(max),
  ];
}
