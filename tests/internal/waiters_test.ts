import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Waiters } from "../../internal/waiters.ts";
import { settled } from "../requests/support.ts";

/** A signal that counts who listens to it. */
class CountingSignal {
  readonly #controller = new AbortController();
  readonly signal: AbortSignal = this.#controller.signal;
  listeners = 0;

  constructor() {
    const { signal } = this;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>): void => {
      this.listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
      this.listeners--;
      remove(...args);
    };
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }
}

Deno.test("The first one to wait gets it first", async () => {
  const waiters = new Waiters<number>();
  const order: string[] = [];
  const all = ["a", "b", "c"].map((name) =>
    waiters.wait().then((value) => order.push(`${name}${value}`))
  );
  assertEquals(waiters.length, 3);
  assertEquals(waiters.resolve(1), true);
  assertEquals(waiters.length, 2);
  assertEquals(await settled(all[1]!), false);
  assertEquals(waiters.resolve(2), true);
  assertEquals(waiters.resolve(3), true);
  assertEquals(waiters.length, 0);
  await Promise.all(all);
  assertEquals(order, ["a1", "b2", "c3"]);
});

Deno.test("Where nobody waits, nobody gets anything, now or later", async () => {
  const waiters = new Waiters<number>();
  assertEquals(waiters.resolve(1), false);
  assertEquals(waiters.reject(new Error("lost")), false);
  waiters.resolveAll(2);
  waiters.rejectAll(new Error("lost"));
  const waiting = waiters.wait();
  assertEquals(await settled(waiting), false);
  waiters.resolve(3);
  assertEquals(await waiting, 3);
});

Deno.test("A value may be undefined or null", async () => {
  const waiters = new Waiters<undefined | null>();
  const both = [waiters.wait(), waiters.wait()];
  assertEquals(waiters.resolve(undefined), true);
  assertEquals(waiters.resolve(null), true);
  assertEquals(await Promise.all(both), [undefined, null]);
});

Deno.test("reject() fails the first one alone", async () => {
  const waiters = new Waiters<number>();
  const [first, second] = [waiters.wait(), waiters.wait()];
  const reason = new Error("gone");
  assertEquals(waiters.reject(reason), true);
  assertStrictEquals(await assertRejects(() => first), reason);
  assertEquals(await settled(second), false);
  waiters.resolve(2);
  assertEquals(await second, 2);
});

Deno.test("resolveAll() and rejectAll() reach all that wait, with and without a signal", async () => {
  const { signal } = new AbortController();
  const waiters = new Waiters<number>();
  const some = [waiters.wait(), waiters.wait(signal), waiters.wait()];
  waiters.resolveAll(7);
  assertEquals(await Promise.all(some), [7, 7, 7]);
  assertEquals(waiters.length, 0);

  const others = [waiters.wait(signal), waiters.wait(), waiters.wait(signal)];
  const reason = new Error("gone");
  waiters.rejectAll(reason);
  const results = await Promise.allSettled(others);
  for (const result of results) {
    assertEquals(result, { status: "rejected", reason });
  }
  assertEquals(waiters.length, 0);
});

for (const place of [0, 1, 2]) {
  Deno.test(`An abort of number ${place} of three rejects with its reason and keeps the order of the others`, async () => {
    const waiters = new Waiters<number>();
    const aborter = new AbortController();
    const waiting = [0, 1, 2].map((i) =>
      waiters.wait(i === place ? aborter.signal : undefined)
    );
    const reason = new Error("enough");
    aborter.abort(reason);
    assertStrictEquals(await assertRejects(() => waiting[place]!), reason);
    assertEquals(waiters.length, 2);
    waiters.resolve(1);
    waiters.resolve(2);
    assertEquals(waiters.resolve(3), false);
    waiting.splice(place, 1);
    assertEquals(await Promise.all(waiting), [1, 2]);
  });
}

Deno.test("One abort takes all that wait with its signal", async () => {
  const waiters = new Waiters<number>();
  const aborter = new AbortController();
  const doomed = [waiters.wait(aborter.signal), waiters.wait(aborter.signal)];
  const other = waiters.wait();
  const more = waiters.wait(aborter.signal);
  aborter.abort("enough");
  const results = await Promise.allSettled([...doomed, more]);
  for (const result of results) {
    assertEquals(result, { status: "rejected", reason: "enough" });
  }
  assertEquals(waiters.length, 1);
  waiters.resolve(5);
  assertEquals(await other, 5);
});

Deno.test("An abort after the value changes nothing", async () => {
  const waiters = new Waiters<number>();
  const aborter = new AbortController();
  const waiting = waiters.wait(aborter.signal);
  const next = waiters.wait();
  waiters.resolve(1);
  aborter.abort();
  assertEquals(await waiting, 1);
  assertEquals(waiters.length, 1);
  waiters.resolve(2);
  assertEquals(await next, 2);
});

Deno.test("No listener is left on a signal, however the waiting ends", async () => {
  const waiters = new Waiters<number>();
  const counting = new CountingSignal();
  const { signal } = counting;
  for (
    const end of [
      () => waiters.resolve(1),
      () => waiters.reject("gone"),
      () => waiters.resolveAll(1),
      () => waiters.rejectAll("gone"),
    ]
  ) {
    const waiting = waiters.wait(signal);
    assertEquals(counting.listeners, 1);
    end();
    assertEquals(counting.listeners, 0, `${end}`);
    await Promise.allSettled([waiting]);
  }
});

Deno.test("Many come and go, and all get theirs in order", async () => {
  const waiters = new Waiters<number>();
  const got: Promise<number>[] = [];
  let given = 0;
  for (let i = 0; i < 5000; i++) {
    got.push(waiters.wait());
    if (i % 3 === 0) waiters.resolve(given++);
  }
  while (waiters.resolve(given)) given++;
  assertEquals(
    await Promise.all(got),
    Array.from({ length: 5000 }, (_, i) => i),
  );
});
