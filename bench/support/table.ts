import { limits } from "./ratios/limits.ts";
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

/** The results as a Markdown section. */
export function toTable({ title, results }: ResultSet): string {
  return [
    `### ${title}`,
    "",
    "| measure | p50 | p99 | p99.9 | per second | MB/s | rate to raw (range) | p50 to raw | p99 to raw |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ...results.map(({ name, sample, ratios }) =>
      row([
        name,
        micros(sample.p50),
        micros(sample.p99),
        micros(sample.p999),
        count(sample.perSecond),
        (sample.bytesPerSecond / 1e6).toFixed(1),
        ratios === null
          ? ""
          : `**${digits(ratios.rate)}** (${
            ratios.range.map(digits).join("–")
          })`,
        ratios?.p50 == null ? "" : `**${digits(ratios.p50)}**`,
        ratios?.p99 == null ? "" : digits(ratios.p99),
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
