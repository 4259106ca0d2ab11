import type { PairResult, Spread } from "./native_rounds.ts";
import type { Arrangement } from "../table.ts";

/** The results over one transport in one arrangement of CPUs. */
export interface PairSet {
  /** Such as `Unix seqpacket, two CPUs`. */
  readonly title: string;
  /** Whether the limits apply to this transport. */
  readonly limited: boolean;
  /** How the processes were pinned. */
  readonly arrangement: Arrangement;
  /** The lines, in order. */
  readonly results: readonly PairResult[];
}

interface Limit {
  readonly text: string;
  readonly arrangement: Arrangement;
  readonly value: (result: PairResult) => number;
  readonly holds: (value: number) => boolean;
}

const limits: readonly Limit[] = [{
  text: "256 in flight, two CPUs: at least 2 times the native rate",
  arrangement: "split",
  value: (result) => result.rateRatio.median,
  holds: (value) => value >= 2,
}, {
  text: "ping-pong p50, two CPUs: below the native one",
  arrangement: "split",
  value: (result) => result.p50Ratio.median,
  holds: (value) => value < 1,
}, {
  text: "ping-pong p50, one CPU: at most 1.5 times the native one",
  arrangement: "same",
  value: (result) => result.p50Ratio.median,
  holds: (value) => value <= 1.5,
}];

/** The results as a Markdown section. */
export function toPairTable({ title, results }: PairSet): string {
  return [
    `### ${title}, with the native crate`,
    "",
    "| client | server | ping-pong p50 | p99 | p50 to native (range) | 256 in flight, per second | rate to native (range) |",
    "|---|---|--:|--:|--:|--:|--:|",
    ...results.map((result, i) =>
      row([
        result.client,
        result.server,
        `${result.p50.toFixed(1)} us`,
        `${result.p99.toFixed(1)} us`,
        i === 0 ? "" : ratio(result.p50Ratio),
        `${(result.perSecond / 1000).toFixed(1)} k`,
        i === 0 ? "" : ratio(result.rateRatio),
      ])
    ),
    "",
  ].join("\n");
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
  for (const limit of limits) {
    for (const { title, arrangement, limited, results } of sets) {
      if (!limited || arrangement !== limit.arrangement) continue;
      const result = results.find(({ client, server }) =>
        client === "ours" && server === "ours"
      );
      if (result === undefined) continue;
      checked = true;
      const value = limit.value(result);
      const verdict = limit.holds(value) ? "pass" : "**FAIL**";
      lines.push(row([limit.text, title, value.toFixed(2), verdict]));
    }
  }
  return checked ? [...lines, ""].join("\n") : "";
}

function ratio({ median, range }: Spread): string {
  const [low, high] = range;
  return `**${median.toFixed(2)}** (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
