import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { isPending } from "../support/expect.ts";
import { oneServer } from "./support/test_link.ts";
import { settle } from "./support/test_server.ts";

Deno.test("a subscription begins again, and says so in its place", async () => {
  const { test, link, server } = oneServer({});
  await using _ = test;
  const seen: string[] = [];
  const subscription = link.subscribe(7, {
    onRestart: (error) => seen.push(`restart after ${error?.code ?? "an end"}`),
  });
  const reading = (async () => {
    for await (const message of subscription) seen.push(message.text());
  })();
  await link.ready();
  await server.newest.peer.sendStream(7, "a");
  await settle();
  server.kill();
  await settle();
  server.start();
  test.clock.turn(100);
  await link.ready();
  await server.newest.peer.sendStream(7, "b");
  await settle();
  assertEquals(seen[0], "a");
  assertEquals(seen[1]?.startsWith("restart after"), true);
  assertEquals(seen.slice(2), ["b"]);
  await link.close();
  await reading;
});

Deno.test("what had come before the end is still given", async () => {
  const { test, link, server } = oneServer({});
  await using _ = test;
  const restarts: unknown[] = [];
  const subscription = link.subscribe(7, {
    onRestart: (e) => restarts.push(e),
  });
  await link.ready();
  for (const text of ["a", "b"]) await server.newest.peer.sendStream(7, text);
  await settle();
  server.kill();
  await settle();
  server.start();
  test.clock.turn(100);
  await link.ready();
  await server.newest.peer.sendStream(7, "c");
  const texts: string[] = [];
  for (let i = 0; i < 3; i++) {
    texts.push((await subscription.next()).value!.text());
    assertEquals(restarts.length, i < 2 ? 0 : 1);
  }
  assertEquals(texts, ["a", "b", "c"]);
  subscription[Symbol.dispose]();
  assertEquals((await subscription.next()).done, true);
});

Deno.test("of connections that come and go while nobody reads little is kept", async () => {
  const { test, link, server } = oneServer({});
  await using _ = test;
  let restarts = 0;
  const subscription = link.subscribe(7, { onRestart: () => restarts++ });
  for (const text of ["a", "b", "c", "d"]) {
    await link.ready();
    await server.newest.peer.sendStream(7, text);
    await settle();
    if (text === "d") break;
    server.kill();
    await settle();
    server.start();
    test.clock.turn(5000);
  }
  assertEquals((await subscription.next()).value?.text(), "a");
  assertEquals((await subscription.next()).value?.text(), "d");
  assertEquals(restarts, 1);
});

Deno.test("nothing that comes right behind the connection is missed", async () => {
  const { test, link } = oneServer((peer) => {
    peer.sendStream(7, "first");
    peer.serve({});
  });
  await using _ = test;
  const subscription = link.subscribe(7);
  assertEquals((await subscription.next()).value?.text(), "first");
});

Deno.test("keep goes on over connections, and counts what all have dropped", async () => {
  const { test, link, server } = oneServer({});
  await using _ = test;
  const drops: number[] = [];
  const subscription = link.subscribe(7, {
    keep: "latest",
    onDrop: (dropped) => drops.push(dropped),
  });
  for (let round = 0; round < 2; round++) {
    await link.ready();
    for (const text of ["a", "b", "c"]) {
      await server.newest.peer.sendStream(7, text);
    }
    await settle();
    assertEquals((await subscription.next()).value?.text(), "c");
    server.kill();
    await settle();
    server.start();
    test.clock.turn(5000);
  }
  assertEquals(subscription.dropped, 4);
  assertEquals(drops.at(-1), 4);
});

Deno.test("a signal ends it, also while the link is down", async () => {
  const { test, link } = oneServer({}, { up: false });
  await using _ = test;
  const stop = new AbortController();
  const subscription = link.subscribe(7, { signal: stop.signal });
  const next = subscription.next();
  assertEquals(await isPending(next), true);
  stop.abort(new Error("enough"));
  await assertRejects(() => next, Error, "enough");
  assertEquals(link.stats().subscriptions, 0);
  link.subscribe(7)[Symbol.dispose]();
});

Deno.test("there is one at a time, and its options are checked at once", async () => {
  const { test, link } = oneServer({}, { up: false });
  await using _ = test;
  using _subscription = link.subscribe(7);
  assertThrows(() => link.subscribe(7), TypeError, "has a subscription");
  assertThrows(() => link.subscribe(8, { keep: 0 }), RangeError, "keep");
  assertThrows(() => link.subscribe(-2147483648), RangeError, "reserved");
  assertEquals(link.stats().subscriptions, 1);
});

Deno.test("it ends with its link: cleanly, or with what the link has given up with", async () => {
  const { test, link } = oneServer({}, { up: false, maxAttempts: 1 });
  await using _ = test;
  const next = link.subscribe(7).next();
  await assertRejects(() => next, Deno.errors.ConnectionRefused);

  const other = oneServer({});
  await using _other = other.test;
  const subscription = other.link.subscribe(7);
  await other.link.ready();
  const last = subscription.next();
  await other.link.close();
  assertEquals((await last).done, true);
});

Deno.test("what onRestart throws is reported, and ends nothing", async () => {
  const errors: unknown[] = [];
  const { test, link, server } = oneServer({}, {
    onError: (error) => errors.push(error),
  });
  await using _ = test;
  const subscription = link.subscribe(7, {
    onRestart() {
      throw new RpcError("encode-failed", "thrown");
    },
  });
  await link.ready();
  server.kill();
  const next = subscription.next();
  await settle();
  server.start();
  test.clock.turn(100);
  await link.ready();
  await server.newest.peer.sendStream(7, "b");
  assertEquals((await next).value?.text(), "b");
  assertEquals(errors.map((error) => (error as Error).message), ["thrown"]);
});
