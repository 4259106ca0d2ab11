import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { Semaphore } from "../../internal/waiters.ts";
import { settled } from "../requests/support.ts";

Deno.test("There are as many permits as the limit says", () => {
  const permits = new Semaphore(3);
  const taken = Array.from({ length: 5 }, () => permits.tryAcquire());
  assertEquals(taken, [true, true, true, false, false]);
});

Deno.test("A permit that is given back can be taken again, once", () => {
  const permits = new Semaphore(1);
  for (let round = 0; round < 3; round++) {
    assert(permits.tryAcquire());
    assert(!permits.tryAcquire());
    permits.release();
  }
});

Deno.test("A permit that is given back goes to the first one that waits", async () => {
  const permits = new Semaphore(1);
  permits.tryAcquire();
  const order: number[] = [];
  const waiting = [1, 2, 3].map((i) =>
    permits.acquire().then(() => order.push(i))
  );
  permits.release();
  await waiting[0];
  assertEquals(order, [1]);
  assertEquals(await settled(waiting[1]!), false);
  permits.release();
  permits.release();
  await Promise.all(waiting);
  assertEquals(order, [1, 2, 3]);
  // The last of the three still has the place.
  assert(!permits.tryAcquire());
  permits.release();
  assert(permits.tryAcquire());
});

Deno.test("Nobody overtakes one that waits", async () => {
  const permits = new Semaphore(1);
  permits.tryAcquire();
  const waiting = permits.acquire();
  permits.release();
  assert(!permits.tryAcquire());
  await waiting;
  assert(!permits.tryAcquire());
});

Deno.test("An abort gives up waiting, and its turn goes to the next", async () => {
  const permits = new Semaphore(1);
  permits.tryAcquire();
  const aborter = new AbortController();
  const first = permits.acquire(aborter.signal);
  const second = permits.acquire();
  const reason = new Error("enough");
  aborter.abort(reason);
  assertStrictEquals(await assertRejects(() => first), reason);
  permits.release();
  await second;
  permits.release();
  assert(permits.tryAcquire());
  assert(!permits.tryAcquire());
});

Deno.test("An abort after the place was given takes nothing back", async () => {
  const permits = new Semaphore(1);
  permits.tryAcquire();
  const aborter = new AbortController();
  const waiting = permits.acquire(aborter.signal);
  permits.release();
  aborter.abort();
  await waiting;
  assert(!permits.tryAcquire());
});

Deno.test("fail() fails those that wait, and leaves the permits as they are", async () => {
  const permits = new Semaphore(1);
  permits.tryAcquire();
  const reason = new Error("closed");
  const waiting = [permits.acquire(), permits.acquire()];
  permits.fail(reason);
  for (const result of await Promise.allSettled(waiting)) {
    assertEquals(result, { status: "rejected", reason });
  }
  assert(!permits.tryAcquire());
  permits.release();
  assert(permits.tryAcquire());
});
