import { assertEquals } from "@std/assert";
import { slowdowns } from "../../bench/support/history/milestone.ts";
import type { Result } from "../../bench/support/rounds.ts";
import type { ResultSet } from "../../bench/support/table.ts";

/** Results of a transport, each with its ratio and the range of that. */
function set(
  title: string,
  ratios: Readonly<Record<string, [rate: number, low: number, high: number]>>,
): ResultSet {
  const sample = {
    p50: null,
    p99: null,
    p999: null,
    perSecond: 1,
    bytesPerSecond: 1,
  };
  const results: Result[] = Object.entries(ratios).map((
    [name, [rate, low, high]],
  ) => ({
    name,
    sample,
    ratios: { p50: null, p99: null, rate, range: [low, high] },
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
  assertEquals(compare([8, 7, 9.5]), ["TCP: calls"]);
  // One of its rounds was as fast as the milestone.
  assertEquals(compare([8, 7, 10]), []);
  // The milestone had a round that was as slow.
  assertEquals(compare([9, 8, 9.5]), []);
  assertEquals(compare([12, 11, 13]), []);
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
  assertEquals(found, { what: "TCP: calls", before: 10, now: 5 });
});
