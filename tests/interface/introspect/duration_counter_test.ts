/** In which bucket a duration is counted. */
import { assertEquals } from "@std/assert";
import { DurationCounter } from "../../../interface/introspect/duration_histogram.ts";

Deno.test("The upper end of a bucket belongs to it, and what is longer than all to the last one", () => {
  const counter = new DurationCounter();
  const { bounds } = counter.histogram;
  for (const bound of bounds) counter.add(bound);
  counter.add(0);
  counter.add(10_000.5);
  counter.add(9000);
  const { counts, max, sum } = counter.histogram;
  assertEquals(counts.length, bounds.length + 1);
  assertEquals(counts, [2, ...new Array(bounds.length - 2).fill(1), 2, 1]);
  assertEquals(max, 10_000.5);
  assertEquals(sum, bounds.reduce((a, b) => a + b) + 19_000.5);
});
