import { assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { HandClock } from "../support/hand_clock.ts";
import { TestLink } from "./support/test_link.ts";
import { settle, TestServer } from "./support/test_server.ts";

/** Servers that answer with their names. */
function servers(...names: string[]): TestServer[] {
  const clock = new HandClock();
  return names.map((name) => new TestServer(clock, { 1: () => name }, name));
}

Deno.test("failover uses the first one that can be reached", async () => {
  const [a, b, c] = servers("a", "b", "c") as [
    TestServer,
    TestServer,
    TestServer,
  ];
  a.up = false;
  await using test = new TestLink([a, b, c]);
  const { link } = test;
  assertEquals((await link.call(1, "")).text(), "b");
  assertEquals([a.attempts, b.attempts, c.attempts], [1, 1, 0]);
  // The next one is tried at once.
  b.kill();
  assertEquals((await link.call(1, "", { idempotent: true })).text(), "c");
  assertEquals(test.clock.now(), 0);
});

Deno.test("when all have been tried it waits, and begins with the first one", async () => {
  const [a, b] = servers("a", "b") as [TestServer, TestServer];
  a.up = b.up = false;
  await using test = new TestLink([a, b]);
  await settle();
  assertEquals(test.states, ["connecting", "waiting 100"]);
  assertEquals([a.attempts, b.attempts], [1, 1]);
  a.start();
  b.start();
  test.clock.turn(100);
  assertEquals((await test.link.call(1, "")).text(), "a");
});

Deno.test("round-robin makes calls over one after the other", async () => {
  const all = servers("a", "b", "c");
  await using test = new TestLink(all, { strategy: "round-robin" });
  await settle();
  const names: string[] = [];
  const call = async (): Promise<unknown> =>
    names.push((await test.link.call(1, "")).text());
  for (let i = 0; i < 6; i++) await call();
  assertEquals(names.join(""), "abcabc");
  all[1]!.kill();
  await settle();
  names.length = 0;
  for (let i = 0; i < 4; i++) await call();
  assertEquals(names.join(""), "acac");
  assertEquals(test.link.state, "connected");
  all[1]!.start();
  test.clock.turn(100);
  await settle();
  names.length = 0;
  for (let i = 0; i < 3; i++) await call();
  assertEquals([...names].sort().join(""), "abc");
});

Deno.test("a server that drains is left at once, and finishes what it has", async () => {
  const clock = new HandClock();
  const go = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const make = (name: string): TestServer =>
    new TestServer(clock, {
      1: () => name,
      2: async () => {
        begun.resolve();
        await go.promise;
        return name;
      },
    }, name);
  const [a, b] = [make("a"), make("b")];
  await using test = new TestLink([a, b]);
  const { link } = test;
  const long = link.call(2, "");
  await begun.promise;
  a.drain();
  const next = link.call(1, "");
  await settle();
  // The backoff of the call.
  test.clock.turn(100);
  assertEquals((await next).text(), "b");
  assertEquals((await link.call(1, "")).text(), "b");
  assertEquals(link.stats().endingConnections, 1);
  go.resolve();
  assertEquals((await long).text(), "a");
  await a.newest.client.closed;
  await settle();
  assertEquals(link.stats().endingConnections, 0);
});

Deno.test("it is left also where it isn't known to be of this library", async () => {
  const [a, b] = servers("a", "b") as [TestServer, TestServer];
  const go = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  a.onConnect = (peer) =>
    peer.serve({
      1: () => "a",
      2: async () => {
        begun.resolve();
        await go.promise;
        return "a";
      },
    });
  a.options = b.options = { ...a.options, extensions: false };
  await using test = new TestLink([a, b], { extensions: false });
  const { link } = test;
  const long = link.call(2, "");
  await begun.promise;
  a.drain();
  // It may have run, as far as is known.
  const error = await assertRejects(() => link.call(1, ""), RpcError);
  assertEquals([error.reason, error.outcome], ["unavailable", "unknown"]);
  assertEquals((await link.call(1, "")).text(), "b");
  go.resolve();
  assertEquals((await long).text(), "a");
});

Deno.test("round-robin sends stream messages over one after the other", async () => {
  const all = servers("a", "b");
  const seen: string[] = [];
  for (const server of all) {
    const stream = (): void => void seen.push(server.name);
    server.onConnect = (peer) => peer.serve({}, { stream });
  }
  await using test = new TestLink(all, { strategy: "round-robin" });
  await settle();
  for (let i = 0; i < 4; i++) {
    await test.link.sendStream(3, "");
    await settle();
  }
  assertEquals(seen.join(""), "abab");
});

Deno.test("a server that accepts and doesn't answer is no connection", async () => {
  const [a, b] = servers("a", "b") as [TestServer, TestServer];
  a.silent = true;
  await using test = new TestLink([a, b], {
    healthCheck: true,
    connectTimeout: 500,
  });
  await settle();
  assertEquals(test.link.state, "connecting");
  test.clock.turn(500);
  assertEquals((await test.link.call(1, "")).text(), "b");
});

Deno.test("round-robin makes no calls over a server that doesn't answer the ping", async () => {
  const [a, b] = servers("a", "b") as [TestServer, TestServer];
  b.silent = true;
  await using test = new TestLink([a, b], {
    strategy: "round-robin",
    healthCheck: true,
  });
  const call = async (): Promise<string> =>
    (await test.link.call(1, "")).text();
  await settle();
  assertEquals([a.attempts, b.attempts], [1, 1]);
  assertEquals([await call(), await call(), await call()], ["a", "a", "a"]);
  b.start();
  await settle();
  const names = [await call(), await call(), await call(), await call()];
  assertEquals(names.sort().join(""), "aabb");
});

Deno.test("one that freezes later is noticed by the heartbeat", async () => {
  const [a, b] = servers("a", "b") as [TestServer, TestServer];
  a.options = {
    ...a.options,
    heartbeat: { interval: 100, timeout: 100 },
  };
  await using test = new TestLink([a, b]);
  await test.link.ready();
  a.freeze();
  for (let ms = 0; ms < 400; ms += 50) {
    test.clock.turn(50);
    await settle();
  }
  assertEquals((await test.link.call(1, "")).text(), "b");
});
