import { assertEquals } from "@std/assert";
import { slowdowns } from "../../bench/support/history/milestone.ts";
import type { Result } from "../../bench/support/rounds.ts";
import type { ResultSet } from "../../bench/support/table.ts";

/** Results of a transport, each with its ratio and the range of that. */
function set(
  title: string,
  ratios: Readonly<Record<string, [rate: number, low: number, high: number]>>,
): ResultSet {
  const sample = { p50: null, p99: null, perSecond: 1, bytesPerSecond: 1 };
  const results: Result[] = Object.entries(ratios).map((
    [name, [rate, low, high]],
  ) => ({
    name,
    sample,
    ratios: { p50: null, p50Range: null, rate, range: [low, high] },
    against: "raw",
  }));
  results.push({ name: "raw", sample, ratios: null, against: null });
  return { title, arrangement: "split", byteStream: true, results };
}

Deno.test("Only what is slower by more than the spread of both runs is named", () => {
  const before = [set("TCP", { calls: [10, 9, 11], bodies: [5, 2, 6] })];
  const compare = (calls: [number, number, number]): string[] =>
    slowdowns(before, [set("TCP", { calls, bodies: [2.5, 2, 3] })])
      .map(({ what }) => what);
  assertEquals(compare([8, 7, 9.5]), ["TCP: calls, rate"]);
  // One of its rounds was as fast as the milestone.
  assertEquals(compare([8, 7, 10]), []);
  // The milestone had a round that was as slow.
  assertEquals(compare([9, 8, 9.5]), []);
  assertEquals(compare([12, 11, 13]), []);
});

/** Results with a p50 and its range, and a rate that stays. */
function timed(p50: number, p50Range: [number, number] | null): ResultSet[] {
  const { results, ...rest } = set("TCP", { calls: [10, 9, 11] });
  return [{
    ...rest,
    results: results.map((result) => ({
      ...result,
      ratios: result.ratios && { ...result.ratios, p50, p50Range },
    })),
  }];
}

Deno.test("A p50 is slower if it is longer by more than the spread of both runs", () => {
  const before = timed(1, [0.9, 1.1]);
  assertEquals(slowdowns(before, timed(1.3, [1.2, 1.4])), [
    { what: "TCP: calls, p50", before: 1, now: 1.3 },
  ]);
  assertEquals(slowdowns(before, timed(1.3, [1, 1.4])), []);
  assertEquals(slowdowns(before, timed(1.1, [1.05, 1.4])), []);
  assertEquals(slowdowns(before, timed(0.5, [0.4, 0.6])), []);
  // The first milestone has no range of it.
  assertEquals(slowdowns(timed(1, null), timed(2, [1.9, 2.1])), []);
});

Deno.test("A measure that is new, or of another transport, isn't compared", () => {
  const before = [set("TCP", { calls: [10, 9, 11] })];
  const now = [
    set("Unix", { calls: [1, 1, 1] }),
    set("TCP", { updates: [1, 1, 1] }),
  ];
  assertEquals(slowdowns(before, now), []);
});

Deno.test("What was and what is are told", () => {
  const [found] = slowdowns(
    [set("TCP", { calls: [10, 9, 11] })],
    [set("TCP", { calls: [5, 4, 6] })],
  );
  assertEquals(found, { what: "TCP: calls, rate", before: 10, now: 5 });
});
