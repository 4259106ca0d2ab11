import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { Semaphore } from "../../internal/semaphore.ts";
import { settled } from "../requests/support.ts";

Deno.test("There are as many places as the limit says", () => {
  const places = new Semaphore(3);
  const taken = Array.from({ length: 5 }, () => places.tryTake());
  assertEquals(taken, [true, true, true, false, false]);
});

Deno.test("A place that is given back can be taken again, once", () => {
  const places = new Semaphore(1);
  for (let round = 0; round < 3; round++) {
    assert(places.tryTake());
    assert(!places.tryTake());
    places.free();
  }
});

Deno.test("A place that is given back goes to the first one that waits", async () => {
  const places = new Semaphore(1);
  places.tryTake();
  const order: number[] = [];
  const waiting = [1, 2, 3].map((i) => places.wait().then(() => order.push(i)));
  places.free();
  await waiting[0];
  assertEquals(order, [1]);
  assertEquals(await settled(waiting[1]!), false);
  places.free();
  places.free();
  await Promise.all(waiting);
  assertEquals(order, [1, 2, 3]);
  // The last of the three still has the place.
  assert(!places.tryTake());
  places.free();
  assert(places.tryTake());
});

Deno.test("Nobody overtakes one that waits", async () => {
  const places = new Semaphore(1);
  places.tryTake();
  const waiting = places.wait();
  places.free();
  assert(!places.tryTake());
  await waiting;
  assert(!places.tryTake());
});

Deno.test("An abort gives up waiting, and its turn goes to the next", async () => {
  const places = new Semaphore(1);
  places.tryTake();
  const aborter = new AbortController();
  const first = places.wait(aborter.signal);
  const second = places.wait();
  const reason = new Error("enough");
  aborter.abort(reason);
  assertStrictEquals(await assertRejects(() => first), reason);
  places.free();
  await second;
  places.free();
  assert(places.tryTake());
  assert(!places.tryTake());
});

Deno.test("An abort after the place was given takes nothing back", async () => {
  const places = new Semaphore(1);
  places.tryTake();
  const aborter = new AbortController();
  const waiting = places.wait(aborter.signal);
  places.free();
  aborter.abort();
  await waiting;
  assert(!places.tryTake());
});

Deno.test("fail() fails those that wait, and leaves the places as they are", async () => {
  const places = new Semaphore(1);
  places.tryTake();
  const reason = new Error("closed");
  const waiting = [places.wait(), places.wait()];
  places.fail(reason);
  for (const result of await Promise.allSettled(waiting)) {
    assertEquals(result, { status: "rejected", reason });
  }
  assert(!places.tryTake());
  places.free();
  assert(places.tryTake());
});
