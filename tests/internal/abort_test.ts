import { assertEquals } from "@std/assert";
import { onAbort } from "../../internal/abort.ts";
import { CountingSignal } from "../support/counting_signal.ts";

Deno.test("Callbacks are called in the order in which they were added, once", () => {
  const counting = new CountingSignal();
  const called: number[] = [];
  for (let i = 0; i < 5; i++) onAbort(counting.signal, () => called.push(i));
  counting.abort();
  counting.signal.dispatchEvent(new Event("abort"));
  assertEquals(called, [0, 1, 2, 3, 4]);
});

Deno.test("A signal has one listener, and none once all are forgotten", () => {
  const counting = new CountingSignal();
  const forget = Array.from(
    { length: 1000 },
    () => onAbort(counting.signal, () => {}),
  );
  assertEquals([counting.added, counting.listeners], [1, 1]);
  for (const [i, each] of forget.entries()) {
    assertEquals(counting.listeners, 1, `${i}`);
    each();
  }
  assertEquals([counting.added, counting.listeners], [1, 0]);
});

Deno.test("What is forgotten isn't called, and forgetting twice does no harm", () => {
  const counting = new CountingSignal();
  const called: number[] = [];
  const first = onAbort(counting.signal, () => called.push(1));
  first();
  first();
  assertEquals(counting.listeners, 0);
  onAbort(counting.signal, () => called.push(2));
  // It belongs to the callbacks that were there before.
  first();
  assertEquals(counting.listeners, 1);
  counting.abort();
  assertEquals(called, [2]);
});

Deno.test("One callback may forget another one while they are called", () => {
  const counting = new CountingSignal();
  const called: number[] = [];
  onAbort(counting.signal, () => {
    called.push(1);
    forget();
  });
  const forget = onAbort(counting.signal, () => called.push(2));
  onAbort(counting.signal, () => called.push(3));
  counting.abort();
  assertEquals(called, [1, 3]);
});

Deno.test("The same function may be given twice, and is called twice", () => {
  const counting = new CountingSignal();
  let called = 0;
  const callback = (): void => void called++;
  const forget = onAbort(counting.signal, callback);
  onAbort(counting.signal, callback);
  onAbort(counting.signal, callback);
  forget();
  counting.abort();
  assertEquals(called, 2);
});

Deno.test("Signals don't share callbacks", () => {
  const [one, other] = [new CountingSignal(), new CountingSignal()];
  const called: string[] = [];
  onAbort(one.signal, () => called.push("one"));
  onAbort(other.signal, () => called.push("other"));
  one.abort();
  assertEquals(called, ["one"]);
});
