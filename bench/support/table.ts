import { measureName } from "./measures.ts";
import type { Result } from "./rounds.ts";

/** The results of one transport in one arrangement of CPUs. */
export interface ResultSet {
  /** Such as `TCP, client and server on two CPUs`. */
  readonly title: string;
  /** How the processes were pinned. */
  readonly arrangement: Arrangement;
  /** Whether one write can carry many messages. A datagram carries one. */
  readonly byteStream: boolean;
  /** The lines, in order. */
  readonly results: readonly Result[];
}

/** Where client and server ran. */
export type Arrangement = "split" | "same" | "unpinned";

interface Limit {
  readonly text: string;
  readonly arrangement: Arrangement;
  readonly name: string;
  readonly against: string;
  readonly value: (result: Result) => number | null | undefined;
  readonly holds: (value: number) => boolean;
  /** Whether the limit applies to byte streams only. */
  readonly byteStreamOnly?: true;
}

const limits: readonly Limit[] = [{
  text: "256 in flight, two CPUs: at least 20 times the raw echo's rate",
  arrangement: "split",
  name: measureName.IN_FLIGHT_256,
  against: measureName.RAW_ECHO,
  value: (result) => result.ratios?.rate,
  holds: (value) => value >= 20,
  byteStreamOnly: true,
}, {
  text: "ping-pong p50, one CPU: at most 1.4 times the raw echo's",
  arrangement: "same",
  name: measureName.PING_PONG,
  against: measureName.RAW_ECHO,
  value: (result) => result.ratios?.p50,
  holds: (value) => value <= 1.4,
}, {
  text: "4 MiB bodies, two CPUs: at least 0.7 of a raw copy, each kept",
  arrangement: "split",
  name: measureName.LARGE,
  against: measureName.RAW_KEEP,
  value: (result) => result.ratios?.rate,
  holds: (value) => value >= 0.7,
}, {
  text:
    "4 MiB bodies that are disposed, two CPUs: at least 0.7 of a raw copy into one buffer",
  arrangement: "split",
  name: measureName.LARGE_DISPOSED,
  against: measureName.RAW_COPY,
  value: (result) => result.ratios?.rate,
  holds: (value) => value >= 0.7,
}];

/** The results as a Markdown section. */
export function toTable({ title, results }: ResultSet): string {
  return [
    `### ${title}`,
    "",
    "| measure | p50 | p99 | per second | MB/s | rate to raw (range) | p50 to raw |",
    "|---|--:|--:|--:|--:|--:|--:|",
    ...results.map(({ name, sample, ratios }) =>
      row([
        name,
        micros(sample.p50),
        micros(sample.p99),
        count(sample.perSecond),
        (sample.bytesPerSecond / 1e6).toFixed(1),
        ratios === null
          ? ""
          : `**${digits(ratios.rate)}** (${
            ratios.range.map(digits).join("–")
          })`,
        ratios?.p50 == null ? "" : `**${digits(ratios.p50)}**`,
      ])
    ),
    "",
  ].join("\n");
}

/** The limits and what was measured, as a Markdown section. */
export function toLimitTable(sets: readonly ResultSet[]): string {
  const lines = [
    "### Limits",
    "",
    "| limit | where | measured | |",
    "|---|---|--:|---|",
  ];
  for (const limit of limits) {
    for (const { title, arrangement, byteStream, results } of sets) {
      if (arrangement !== limit.arrangement) continue;
      if (limit.byteStreamOnly && !byteStream) continue;
      const result = results.find((result) =>
        result.name === limit.name && result.against === limit.against
      );
      const value = result === undefined ? null : limit.value(result);
      if (value == null) continue;
      const verdict = limit.holds(value) ? "pass" : "**FAIL**";
      lines.push(row([limit.text, title, digits(value), verdict]));
    }
  }
  return [...lines, ""].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function micros(value: number | null): string {
  return value === null ? "" : `${value.toFixed(1)} us`;
}

function count(value: number): string {
  return value >= 10_000
    ? `${(value / 1000).toFixed(value >= 1e6 ? 0 : 1)} k`
    : value.toFixed(0);
}

function digits(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
