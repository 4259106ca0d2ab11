import type { Side } from "./native_pairs.ts";
import {
  type Figures,
  type MeasureName,
  measures,
  type PairResult,
  type Spread,
} from "./native_rounds.ts";
import type { TransportName } from "../shape.ts";
import type { Arrangement } from "../table.ts";

/** The results over one transport in one arrangement of CPUs. */
export interface PairSet {
  /** Such as `Unix seqpacket, two CPUs`. */
  readonly title: string;
  /** What the pairs are connected by. */
  readonly transport: TransportName;
  /** How the processes were pinned. */
  readonly arrangement: Arrangement;
  /** The lines, in order. */
  readonly results: readonly PairResult[];
}

interface Limit {
  readonly text: string;
  readonly measure: MeasureName;
  readonly arrangement: Arrangement;
  readonly transports: readonly TransportName[];
  /** Which of this library's sockets it is for, on both sides of the connection. */
  readonly sides: readonly Side[];
  readonly value: (figures: Figures) => number;
  readonly holds: (value: number) => boolean;
}

const BYTE_STREAMS = ["unix", "tcp"] as const;
const ALL = ["seqpacket", ...BYTE_STREAMS] as const;
const BOTH_SIDES = ["ours", "reactor"] as const;

const atMost = (limit: number) => (value: number): boolean => value <= limit;
const atLeast = (limit: number) => (value: number): boolean => value >= limit;
const p50Ratio = ({ p50Ratio }: Figures): number => p50Ratio.median;
const rateRatio = ({ rateRatio }: Figures): number => rateRatio.median;

const LIMITS: readonly Limit[] = [{
  text: "ping-pong p50: at most 0.4 of the native one",
  measure: "ping-pong",
  arrangement: "split",
  transports: ["seqpacket"],
  sides: ["ours"],
  value: p50Ratio,
  holds: atMost(0.4),
}, {
  text: "ping-pong p50: at most 1.4 times the native one",
  measure: "ping-pong",
  arrangement: "same",
  transports: ["seqpacket"],
  sides: ["ours"],
  value: p50Ratio,
  holds: atMost(1.4),
}, {
  text: "ping-pong p50: at most 0.6 of the native one",
  measure: "ping-pong",
  arrangement: "split",
  transports: BYTE_STREAMS,
  sides: ["reactor"],
  value: p50Ratio,
  holds: atMost(0.6),
}, {
  text: "ping-pong p50: at most 1.5 times the native one",
  measure: "ping-pong",
  arrangement: "same",
  transports: BYTE_STREAMS,
  sides: ["reactor"],
  value: p50Ratio,
  holds: atMost(1.5),
}, {
  text: "256 in flight: at least 5 times the native rate",
  measure: "256 in flight",
  arrangement: "split",
  transports: BYTE_STREAMS,
  sides: BOTH_SIDES,
  value: rateRatio,
  holds: atLeast(5),
}, {
  text: "256 in flight: at least 2 times the native rate",
  measure: "256 in flight",
  arrangement: "split",
  transports: ["seqpacket"],
  sides: ["ours"],
  value: rateRatio,
  holds: atLeast(2),
}, {
  text: "one-way, each awaited: at least 8 times the native rate",
  measure: "one-way, each awaited",
  arrangement: "split",
  transports: ALL,
  sides: BOTH_SIDES,
  value: rateRatio,
  holds: atLeast(8),
}, {
  text: "updates in one request: at least 2 million a second",
  measure: "updates in one request",
  arrangement: "split",
  transports: ALL,
  sides: BOTH_SIDES,
  value: ({ perSecond }) => perSecond / 1e6,
  holds: atLeast(2),
}];

/** The results as a Markdown section, with what failed and how. */
export function toPairTable({ title, results }: PairSet): string {
  const names = (Object.keys(measures) as MeasureName[]).filter((name) =>
    results.some(({ figures }) => figures[name] !== undefined)
  );
  const heads = names.flatMap((name) =>
    name === "ping-pong"
      ? ["ping-pong p50", "p99", "p50 to native (range)"]
      : [`${name}, per second`, "rate to native (range)"]
  );
  const failures = results.flatMap(({ client, server, failures }) =>
    failures.map((failure) => `- ${client} to ${server}, ${failure}`)
  );
  return [
    `### ${title}, with the native crate`,
    "",
    row(["client", "server", ...heads]),
    `|---|---|${"--:|".repeat(heads.length)}`,
    ...results.map(({ client, server, figures }, i) =>
      row([
        client,
        server,
        ...names.flatMap((name) => cells(name, figures[name], i === 0)),
      ])
    ),
    "",
    ...(failures.length === 0 ? [] : ["Rounds that failed:", "", ...failures]),
    ...(failures.length === 0 ? [] : [""]),
  ].join("\n");
}

function cells(
  name: MeasureName,
  figures: Figures | undefined,
  isBaseline: boolean,
): string[] {
  if (name === "ping-pong") {
    if (figures === undefined) return ["fails", "", ""];
    const { p50, p99, p50Ratio } = figures;
    return [micros(p50), micros(p99), isBaseline ? "" : ratio(p50Ratio)];
  }
  if (figures === undefined) return ["fails", ""];
  const { perSecond, rateRatio } = figures;
  const rate = `${(perSecond / 1000).toFixed(1)} k`;
  return [rate, isBaseline ? "" : ratio(rateRatio)];
}

/**
 * The limits and what was measured, as a Markdown section; empty if none was
 * measured.
 */
export function toPairLimitTable(sets: readonly PairSet[]): string {
  const lines = [
    "### Limits, with the native crate",
    "",
    "| limit | where | measured | |",
    "|---|---|--:|---|",
  ];
  let checked = false;
  for (const limit of LIMITS) {
    for (const { title, transport, arrangement, results } of sets) {
      if (!limit.transports.includes(transport)) continue;
      if (arrangement !== limit.arrangement) continue;
      for (const side of limit.sides) {
        const figures = results.find(({ client, server }) =>
          client === side && server === side
        )?.figures[limit.measure];
        if (figures === undefined) continue;
        checked = true;
        const value = limit.value(figures);
        const verdict = limit.holds(value) ? "pass" : "**FAIL**";
        const where = side === "reactor" ? `${title}, on the reactor` : title;
        lines.push(row([limit.text, where, value.toFixed(2), verdict]));
      }
    }
  }
  return checked ? [...lines, ""].join("\n") : "";
}

function micros(value: number): string {
  return `${value.toFixed(1)} us`;
}

function ratio({ median, range }: Spread): string {
  if (Number.isNaN(median)) return "";
  const [low, high] = range;
  return `**${median.toFixed(2)}** (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
