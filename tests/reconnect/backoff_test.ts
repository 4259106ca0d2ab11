import { assert, assertEquals, assertThrows } from "@std/assert";
import { Backoff, resolveBackoff } from "../../reconnect/backoff.ts";

Deno.test("waits grow by 1.6 from 100 ms, and stay below 5 s", () => {
  const backoff = new Backoff(resolveBackoff(), () => 0.5);
  const waits = Array.from({ length: 12 }, () => Math.round(backoff.next()));
  assertEquals(waits.slice(0, 5), [100, 160, 256, 410, 655]);
  assertEquals(waits.slice(-2), [4167, 4167]);
  backoff.reset();
  assertEquals(backoff.next(), 100);
});

Deno.test("the jitter is 20 % in both directions, and never goes over the limit", () => {
  for (const [random, first] of [[0, 80], [1 - 1e-9, 120]] as const) {
    const backoff = new Backoff(resolveBackoff(), () => random);
    assertEquals(Math.round(backoff.next()), first);
    for (let i = 0; i < 20; i++) assert(backoff.next() <= 5000);
  }
});

Deno.test("a backoff that can't be is refused", () => {
  for (
    const options of [
      { initial: 0 },
      { factor: 0.5 },
      { max: 50 },
      { jitter: 1 },
      { jitter: -0.1 },
    ]
  ) assertThrows(() => resolveBackoff(options), RangeError, "backoff.");
});
