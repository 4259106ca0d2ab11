import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { isPending } from "../support/expect.ts";
import { oneServer } from "./support/test_link.ts";
import { settle } from "./support/test_server.ts";

const ECHO = {
  1: (_request: unknown, body: { data: Uint8Array }) => body.data,
};

Deno.test("a link connects by itself, and is ready then", async () => {
  const { test, link } = oneServer(ECHO);
  await using _ = test;
  assertEquals(link.state, "connecting");
  await link.ready();
  assertEquals(link.status, {
    state: "connected",
    error: null,
    retryAt: null,
  });
  assertEquals(link.info, "server");
  await link.close();
  assertEquals(test.states, ["connected", "closed"]);
  assertEquals(await link.closed, null);
});

Deno.test("without a server it tries again, each time later", async () => {
  const { test, link, server } = oneServer(ECHO, { up: false });
  await using _ = test;
  const ready = link.ready();
  for (const wait of [100, 160, 256]) {
    await settle();
    assertEquals(link.state, "waiting");
    assertInstanceOf(link.status.error, Deno.errors.ConnectionRefused);
    assertEquals(link.status.retryAt, Math.round(test.clock.now() + wait));
    test.clock.turn(wait - 1);
    assertEquals(link.state, "waiting");
    test.clock.turn(1.5);
    assertEquals(link.state, "connecting");
  }
  assertEquals(await isPending(ready), true);
  await settle();
  server.start();
  test.clock.turn(5000);
  await ready;
  assertEquals(server.attempts, 5);
});

Deno.test("a lost connection is made again", async () => {
  const { test, link, server } = oneServer(ECHO);
  await using _ = test;
  await link.ready();
  server.kill();
  await settle();
  assertEquals(test.states, ["connected", "waiting 100"]);
  assertInstanceOf(link.status.error, RpcError);
  server.start();
  test.clock.turn(100);
  await link.ready();
  assertEquals(link.stats().connections, 2);
});

Deno.test("the backoff begins anew only after a healthy period", async () => {
  const { test, link, server } = oneServer(ECHO, { healthyAfter: 1000 });
  await using _ = test;
  const waits: number[] = [];
  for (const lived of [0, 0, 999, 1000, 0]) {
    await link.ready();
    test.clock.turn(lived);
    server.kill();
    await settle();
    waits.push(Math.round(link.status.retryAt! - test.clock.now()));
    server.start();
    test.clock.turn(5000);
  }
  assertEquals(waits, [100, 160, 256, 100, 160]);
});

Deno.test("retryNow and the event online end the wait", async () => {
  const { test, link, server } = oneServer(ECHO, { up: false });
  await using _ = test;
  await settle();
  link.retryNow();
  assertEquals(link.state, "connecting");
  await settle();
  assertEquals(link.state, "waiting");
  server.start();
  test.events.dispatchEvent(new Event("online"));
  await link.ready();
  assertEquals(server.attempts, 3);
  link.retryNow();
  assertEquals(link.state, "connected");
});

Deno.test("with maxAttempts it gives up, and says why", async () => {
  const { test, link, server } = oneServer(ECHO, { up: false, maxAttempts: 2 });
  await using _ = test;
  const call = link.call(1, "").catch((error) => error);
  await settle();
  test.clock.turn(100);
  const error = await link.closed;
  assertInstanceOf(error, Deno.errors.ConnectionRefused);
  assertEquals(server.attempts, 2);
  assertEquals(link.status, { state: "closed", error, retryAt: null });
  for (const failed of [await call, await link.call(1, "").catch((e) => e)]) {
    assertInstanceOf(failed, RpcError);
    assertEquals(failed.code, "connection-closed");
    assertEquals(failed.outcome, "not-sent");
    assertEquals(failed.cause, error);
  }
  await assertRejects(() => link.ready(), RpcError, "given up");
});

Deno.test("the first connection isn't tried again, if it shall not", async () => {
  const { test, link, server } = oneServer(ECHO, {
    up: false,
    retryFirst: false,
  });
  await using _ = test;
  await assertRejects(() => link.ready(), RpcError, "given up");
  assertInstanceOf(await link.closed, Deno.errors.ConnectionRefused);
  assertEquals(server.attempts, 1);
});

Deno.test("later ones are tried again all the same", async () => {
  const { test, link, server } = oneServer(ECHO, { retryFirst: false });
  await using _ = test;
  await link.ready();
  server.kill();
  await settle();
  assertEquals(link.state, "waiting");
});

Deno.test("states are iterated over, from the present one to closed", async () => {
  const { test, link, server } = oneServer(ECHO);
  await using _ = test;
  const states = Array.fromAsync(link, ({ state }) => state);
  await link.ready();
  server.kill();
  await settle();
  server.start();
  test.clock.turn(100);
  await link.ready();
  await link.close();
  assertEquals(await states, [
    "connecting",
    "connected",
    "waiting",
    "connecting",
    "connected",
    "closed",
  ]);
  assertEquals(await Array.fromAsync(link, ({ state }) => state), ["closed"]);
});

Deno.test("an observer can be taken away; what it throws is reported", async () => {
  const errors: unknown[] = [];
  const { test, link } = oneServer(ECHO, {
    onError: (error) => errors.push(error),
  });
  await using _ = test;
  const seen: string[] = [];
  const stop = link.onState(({ state }) => seen.push(state));
  link.onState(() => {
    throw new Error("an observer");
  });
  await link.ready();
  stop();
  await link.close();
  assertEquals(seen, ["connected"]);
  assertEquals(errors.map(String), [
    "Error: an observer",
    "Error: an observer",
  ]);
});

Deno.test("a signal ends waiting for ready, and nothing else", async () => {
  const { test, link, server } = oneServer(ECHO, { up: false });
  await using _ = test;
  const stop = new AbortController();
  const ready = link.ready({ signal: stop.signal });
  stop.abort(new Error("enough"));
  await assertRejects(() => ready, Error, "enough");
  server.start();
  await settle();
  link.retryNow();
  await link.ready();
});

Deno.test("draining lets what is open finish, and refuses what is new", async () => {
  const go = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { test, link } = oneServer({
    1: async () => {
      begun.resolve();
      await go.promise;
      return "done";
    },
  });
  await using _ = test;
  const call = link.call(1, "");
  await begun.promise;
  const drained = link.drain({ grace: 5000 });
  assertEquals(link.state, "draining");
  await assertRejects(() => link.call(1, ""), RpcError, "drains");
  go.resolve();
  assertEquals((await call).text(), "done");
  await drained;
  assertEquals(test.states, ["connected", "draining", "closed"]);
});

for (const grace of [-1, NaN]) {
  Deno.test(`a grace of ${grace} is refused, and the link goes on`, async () => {
    const { test, link } = oneServer(ECHO);
    await using _ = test;
    await link.ready();
    await assertRejects(() => link.drain({ grace }), RangeError, "grace");
    assertEquals(link.state, "connected");
    assertEquals((await link.call(1, "still there")).text(), "still there");
    await link.drain();
    assertEquals(link.state, "closed");
    await assertRejects(() => link.drain({ grace }), RangeError, "grace");
  });
}

Deno.test("a connection that can't be drained is closed", async () => {
  const { test, link, server } = oneServer(ECHO);
  await using _ = test;
  const failing = server.connect.bind(server);
  server.connect = () => {
    const peer = failing();
    const split = peer.split.bind(peer);
    peer.split = () => {
      const [reader, writer] = split();
      writer.drain = () => Promise.reject(new Error("it can't"));
      return [reader, writer];
    };
    return peer;
  };
  await link.ready();
  await link.drain();
  assertEquals(link.stats().endingConnections, 0);
  await server.newest.client.closed;
});

Deno.test("closing ends draining, and waits for the connections", async () => {
  const begun = Promise.withResolvers<void>();
  const { test, link } = oneServer({
    1: () => {
      begun.resolve();
      return new Promise<string>(() => {});
    },
  });
  await using _ = test;
  const call = assertRejects(() => link.call(1, ""), RpcError);
  await begun.promise;
  const drained = link.drain();
  await link.close();
  assertEquals(link.stats().endingConnections, 0);
  await Promise.all([call, drained]);
  assertEquals(test.states, ["connected", "draining", "closed"]);
});

Deno.test("a call of a closed link fails, and wasn't sent", async () => {
  const { test, link } = oneServer(ECHO);
  await using _ = test;
  await link.close();
  const error = await assertRejects(() => link.call(1, ""), RpcError);
  assertEquals([error.code, error.outcome], ["connection-closed", "not-sent"]);
});
