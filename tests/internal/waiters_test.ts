import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { Waiters } from "../../internal/waiters.ts";
import { Queue } from "../../internal/queue.ts";
import { CountingSignal } from "../support/counting_signal.ts";
import { settled } from "../requests/support.ts";

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

Deno.test("Without anybody waiting, an item goes to nobody, now or later", async () => {
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

Deno.test("However many wait with one signal, it has one listener", async () => {
  const counting = new CountingSignal();
  const some = new Waiters<number>();
  const others = new Waiters<number>();
  const all = Array.from(
    { length: 1000 },
    (_, i) => (i % 2 === 0 ? some : others).wait(counting.signal),
  );
  assertEquals([counting.added, counting.listeners], [1, 1]);
  some.resolveAll(1);
  assertEquals(counting.listeners, 1);
  others.rejectAll("gone");
  assertEquals(counting.listeners, 0);
  for (const [i, { status }] of (await Promise.allSettled(all)).entries()) {
    assertEquals(status, i % 2 === 0 ? "fulfilled" : "rejected");
  }
});

/** In which order those that wait give up. */
const ORDERS: Record<string, (n: number) => number[]> = {
  "from the first on": (n) => Array.from({ length: n }, (_, i) => i),
  "from the last on": (n) => Array.from({ length: n }, (_, i) => n - 1 - i),
  "from the middle on": (n) =>
    Array.from({ length: n }, (_, i) => (i + n / 2) % n),
  "every seventh": (n) => Array.from({ length: n }, (_, i) => (7 * i) % n),
};

for (const [name, order] of Object.entries(ORDERS)) {
  Deno.test(`Giving up takes the same time however many wait, by what is looked at: ${name}`, async () => {
    const count = 10_000;
    const keep = Queue.prototype.keep;
    let looked = 0;
    Queue.prototype.keep = function <T>(
      this: Queue<T>,
      test: (item: T) => boolean,
    ): void {
      keep.call(this, (item: unknown) => {
        looked++;
        return test(item as T);
      });
    };
    try {
      const waiters = new Waiters<number>();
      const aborters = Array.from(
        { length: count },
        () => new AbortController(),
      );
      const all = aborters.map(({ signal }) => waiters.wait(signal));
      const last = waiters.wait();
      const gone = Promise.allSettled(all);
      for (const [i, place] of order(count).entries()) {
        aborters[place]!.abort();
        assertEquals(waiters.length, count - i);
      }
      // Each one is dropped once, and kept once more at most for each one dropped.
      assert(looked <= 2 * count, `${looked} looks for ${count} that gave up`);
      assertEquals(waiters.length, 1);
      waiters.resolve(7);
      assertEquals([await last, waiters.length], [7, 0]);
      for (const { status } of await gone) assertEquals(status, "rejected");
    } finally {
      Queue.prototype.keep = keep;
    }
  });
}

Deno.test("The order of the others stays, whoever gives up and when", async () => {
  const waiters = new Waiters<number>();
  const aborters = Array.from({ length: 100 }, () => new AbortController());
  const got: number[] = [];
  const all = aborters.map(({ signal }, i) =>
    waiters.wait(signal).then(() => got.push(i))
  );
  for (let i = 0; i < 100; i += 3) aborters[i]!.abort();
  for (let i = 0; i < 20; i++) waiters.resolve(0);
  for (let i = 50; i < 100; i += 2) aborters[i]!.abort();
  const late = waiters.wait().then(() => got.push(100));
  waiters.resolveAll(0);
  await Promise.allSettled(all);
  await late;
  const expected = Array.from({ length: 101 }, (_, i) => i).filter((i) =>
    i === 100 || (i % 3 !== 0 && (i < 50 || i % 2 === 1))
  );
  assertEquals(got, expected);
});
