import { assertEquals, assertThrows } from "@std/assert";
import { RetryBudget } from "../../reconnect/retry_budget.ts";

Deno.test("tries are allowed while more than half of the tokens are left", () => {
  const budget = new RetryBudget();
  const allowed = Array.from({ length: 6 }, () => budget.onFailure());
  assertEquals(allowed, [true, true, true, true, false, false]);
});

Deno.test("calls that succeed give tokens back, up to all of them", () => {
  const budget = new RetryBudget({ tokens: 4, ratio: 0.25 });
  const fail = (): boolean => budget.onFailure();
  assertEquals([fail(), fail()], [true, false]);
  for (let i = 0; i < 5; i++) budget.onSuccess();
  assertEquals([fail(), fail()], [true, false]);
  for (let i = 0; i < 100; i++) budget.onSuccess();
  assertEquals([fail(), fail()], [true, false]);
});

Deno.test("a budget that can't be is refused", () => {
  assertThrows(() => new RetryBudget({ tokens: 0 }), RangeError);
  assertThrows(() => new RetryBudget({ ratio: -1 }), RangeError);
});
