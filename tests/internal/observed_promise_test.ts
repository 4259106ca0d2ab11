import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ObservedPromise } from "../../internal/promises.ts";
import { immediate } from "../../internal/event_loop.ts";

/** An observed promise, and how often its first wait was told. */
function observe<T>(promise: Promise<T>): [ObservedPromise<T>, () => number] {
  let waits = 0;
  return [ObservedPromise.observe(promise, () => waits++), () => waits];
}

/** The ways to wait for a promise. */
const WAYS: Record<string, (promise: Promise<number>) => unknown> = {
  "then": (promise) => promise.then(() => {}),
  "catch": (promise) => promise.catch(() => {}),
  "finally": (promise) => promise.finally(() => {}),
  "await": async (promise) => {
    await promise;
  },
  "Promise.all": (promise) => Promise.all([promise]),
  "Promise.race": (promise) => Promise.race([promise]),
  "Promise.allSettled": (promise) => Promise.allSettled([promise]),
  "what a callback returns": (promise) => Promise.resolve().then(() => promise),
  "another promise's resolve": (promise) =>
    new Promise((resolve) => resolve(promise)),
};

for (const [name, wait] of Object.entries(WAYS)) {
  Deno.test(`Waiting is seen, once: ${name}`, async () => {
    const [promise, waits] = observe(Promise.resolve(1));
    assertEquals(waits(), 0);
    wait(promise);
    await immediate();
    assertEquals(waits(), 1);
    wait(promise);
    await immediate();
    assertEquals(waits(), 1);
  });
}

Deno.test("A promise that nobody waits for tells nothing, settled or not", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const [, waits] = observe(promise);
  await immediate();
  resolve();
  await immediate();
  assertEquals(waits(), 0);
});

Deno.test("It gives the value and the error of the promise", async () => {
  assertEquals(await observe(Promise.resolve(7))[0], 7);
  const reason = new Error("gone");
  const [rejected] = observe(Promise.reject(reason));
  const [result] = await Promise.allSettled([rejected]);
  assert(result.status === "rejected");
  assertStrictEquals(result.reason, reason);
});

Deno.test("It is a promise, and what is made of it is an ordinary one", async () => {
  const [promise] = observe(Promise.resolve(1));
  assert(promise instanceof Promise);
  const next = promise.then((value) => value + 1);
  assertStrictEquals(next.constructor, Promise);
  assertEquals(await next, 2);
});
