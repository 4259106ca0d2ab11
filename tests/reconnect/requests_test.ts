import { assertEquals, assertRejects } from "@std/assert";
import {
  MemoryTransport,
  Peer,
  type ReceivedRequestHandle,
  RpcError,
  type SignalOptions,
  type StreamBody,
} from "../../mod.ts";
import { reconnect } from "../../reconnect/mod.ts";
import type { LinkRequest } from "../../reconnect/link_request.ts";
import { isPending } from "../support/expect.ts";
import { oneServer } from "./support/test_link.ts";
import { settle } from "./support/test_server.ts";

Deno.test("a request has its updates and its response", async () => {
  const { test, link } = oneServer({
    1: async (request: ReceivedRequestHandle) => {
      for (const text of ["a", "b"]) await request.sendUpdate(5, text);
      const stop = await request.recvUpdate();
      return `stopped by ${stop?.text()}`;
    },
  });
  await using _ = test;
  using request = await link.sendRequest(1, "");
  const seen: string[] = [];
  for await (const update of request) {
    seen.push(update.text());
    if (seen.length === 2) await request.writeHandle().sendUpdate(9, "me");
  }
  assertEquals(seen, ["a", "b"]);
  assertEquals((await request.recvResponse()).text(), "stopped by me");
  await assertRejects(() => request.recvResponse(), RpcError, "has been");
});

Deno.test("a request that is refused is sent again, with the body it had", async () => {
  const { test, link, server } = oneServer((peer) => {
    if (server.connections.length === 1) {
      return peer.split()[0][Symbol.dispose]();
    }
    peer.serve({ 1: (_request, body) => body });
  });
  await using _ = test;
  const body = new TextEncoder().encode("mine");
  using request = await link.sendRequest(1, body);
  body.fill(0);
  await settle();
  assertEquals(link.state, "waiting");
  test.clock.turn(100);
  assertEquals(await request.recvUpdate(), null);
  assertEquals((await request.recvResponse()).text(), "mine");
  assertEquals(link.stats().retries, 1);
});

Deno.test("an update waits while the request is being sent again", async () => {
  const { test, link, server } = oneServer((peer) => {
    if (server.connections.length === 1) {
      return peer.split()[0][Symbol.dispose]();
    }
    peer.serve({
      1: async (request: ReceivedRequestHandle) =>
        `got ${(await request.recvUpdate())?.text()}`,
    });
  });
  await using _ = test;
  using request = await link.sendRequest(1, "");
  await settle();
  assertEquals(link.state, "waiting");
  const abort = new AbortController();
  const first = request.sendUpdate(5, "first", { signal: abort.signal });
  const second = request.sendUpdate(5, "second");
  await settle();
  assertEquals([await isPending(first), await isPending(second)], [true, true]);
  abort.abort();
  await assertRejects(() => first, DOMException);
  test.clock.turn(100);
  await second;
  assertEquals((await request.recvResponse()).text(), "got second");
});

Deno.test("an update fails when its request can't be sent again", async () => {
  const { test, link } = oneServer((peer) => peer.split()[0][Symbol.dispose]());
  await using _ = test;
  using request = await link.sendRequest(1, "");
  await settle();
  const update = assertRejects(() => request.sendUpdate(5, ""), RpcError);
  const response = assertRejects(() => request.recvResponse(), RpcError);
  await link.close();
  await Promise.all([update, response]);
});

for (const who of ["the server", "the client"] as const) {
  Deno.test(`a request isn't sent again after an update of ${who}`, async () => {
    const got = Promise.withResolvers<void>();
    const { test, link, server } = oneServer({
      1: async (request: ReceivedRequestHandle) => {
        if (who === "the server") await request.sendUpdate(5, "");
        else await request.recvUpdate();
        got.resolve();
        await request.recvUpdate();
      },
    });
    await using _ = test;
    using request = await link.sendRequest(1, "", { idempotent: true });
    if (who === "the server") await request.recvUpdate();
    else await request.sendUpdate(9, "");
    await got.promise;
    server.kill();
    const error = await assertRejects(() => request.recvResponse(), RpcError);
    assertEquals([error.fatal, error.outcome], [true, "unknown"]);
    assertEquals(link.stats().retries, 0);
  });
}

for (const end of ["kill", "close"] as const) {
  Deno.test(`an idempotent one that hadn't begun is (${end})`, async () => {
    const begun = Promise.withResolvers<void>();
    const { test, link, server } = oneServer({
      1: async (request: ReceivedRequestHandle) => {
        if (server.connections.length === 1) {
          begun.resolve();
          await new Promise(() => {});
        }
        for (const text of ["1", "2", "3"]) await request.sendUpdate(5, text);
      },
    });
    await using _ = test;
    using request = await link.sendRequest(1, "", { idempotent: true });
    const updates = Array.fromAsync(
      request.updates({ keep: "latest" }),
      (update) => update.text(),
    );
    await begun.promise;
    server[end]();
    await settle();
    server.start();
    test.clock.turn(100);
    assertEquals((await updates).at(-1), "3");
    assertEquals((await request.recvResponse()).text(), "");
  });
}

Deno.test("its time goes on over all tries", async () => {
  const begun = Promise.withResolvers<void>();
  const { test, link, server } = oneServer({
    1: () => {
      begun.resolve();
      return new Promise<string>(() => {});
    },
  });
  await using _ = test;
  const options = { idempotent: true, timeout: 1000 };
  using request = await link.sendRequest(1, "", options);
  await begun.promise;
  test.clock.turn(500);
  server.kill();
  await settle();
  test.clock.turn(499);
  const response = request.recvResponse();
  assertEquals(await isPending(response), true);
  test.clock.turn(1);
  const error = await assertRejects(() => response, RpcError);
  assertEquals([error.code, error.limit, error.outcome], [
    "deadline-exceeded",
    1000,
    "unknown",
  ]);
});

Deno.test("a request that is disposed isn't sent again", async () => {
  const { test, link } = oneServer(
    (peer) => peer.split()[0][Symbol.dispose](),
  );
  await using _ = test;
  const request = await link.sendRequest(1, "");
  request[Symbol.dispose]();
  await settle();
  test.clock.turn(1000);
  await settle();
  assertEquals(link.stats().retries, 0);
  await assertRejects(() => request.recvResponse(), RpcError);
});

for (const withSignal of [false, true]) {
  Deno.test(`nor is one that is disposed while it waits for a connection (signal ${withSignal})`, async () => {
    let runs = 0;
    const begun = Promise.withResolvers<void>();
    const { test, link, server } = oneServer({
      1: () => {
        runs++;
        begun.resolve();
        return new Promise<string>(() => {});
      },
    });
    await using _ = test;
    const { signal } = new AbortController();
    const options = { idempotent: true, ...(withSignal && { signal }) };
    const request = await link.sendRequest(1, "", options);
    const response = request.recvResponse();
    await begun.promise;
    server.kill();
    await settle();
    assertEquals(link.stats().waiting, 1);
    request[Symbol.dispose]();
    assertEquals(link.stats().waiting, 0);
    const error = await assertRejects(() => response, RpcError);
    assertEquals([error.fatal, error.outcome], [true, "unknown"]);
    server.start();
    test.clock.turn(100);
    await link.ready();
    await settle();
    assertEquals(runs, 1);
  });
}

Deno.test("nor is one that is disposed in the backoff after a refusal", async () => {
  let runs = 0;
  const { test, link, server } = oneServer((peer) => {
    if (server.connections.length > 1) peer.serve({ 1: () => `${++runs}` });
    else peer.split()[0][Symbol.dispose]();
  });
  await using _ = test;
  const request = await link.sendRequest(1, "");
  const update = request.recvUpdate();
  await settle();
  assertEquals(link.stats().retries, 1);
  request[Symbol.dispose]();
  assertEquals(await isPending(update), false);
  assertEquals(await update, null);
  test.clock.turn(100);
  await link.ready();
  await settle();
  assertEquals([runs, link.stats().waiting], [0, 0]);
});

const WAITS: Record<
  string,
  (request: LinkRequest<StreamBody>, options: SignalOptions) => Promise<unknown>
> = {
  recvUpdate: (request, options) => request.recvUpdate(options),
  recvResponse: (request, options) => request.recvResponse(options),
  recvResponsePast: (request, options) => request.recvResponsePast(options),
  updates: (request, options) => request.updates(options).next(),
};

for (const [name, wait] of Object.entries(WAITS)) {
  Deno.test(`a signal ends ${name} while the request waits to be sent again, and nothing else`, async () => {
    const begun = Promise.withResolvers<void>();
    const { test, link, server } = oneServer({
      1: () => {
        begun.resolve();
        if (server.connections.length > 1) return "second";
        return new Promise<string>(() => {});
      },
    });
    await using _ = test;
    using request = await link.sendRequest(1, "", { idempotent: true });
    const stop = new AbortController();
    const waiting = wait(request, { signal: stop.signal });
    await begun.promise;
    server.kill();
    await settle();
    assertEquals(await isPending(waiting), true);
    stop.abort(new Error("enough"));
    assertEquals(await isPending(waiting), false);
    await assertRejects(() => waiting, Error, "enough");
    server.start();
    test.clock.turn(100);
    assertEquals((await request.recvResponse()).text(), "second");
  });
}

Deno.test("bytes of 256 KiB aren't copied, and so aren't sent again", async () => {
  const maxBodyLen = { maxBodyLenRead: 300_000, maxBodyLenWrite: 300_000 };
  await using link = reconnect(() => {
    const [a, b] = MemoryTransport.pair(maxBodyLen);
    Peer.spawn(b).split()[0][Symbol.dispose]();
    return Peer.spawn(a);
  }, { extensions: true });
  using request = await link.sendRequest(1, new Uint8Array(256 * 1024), {
    extensions: true,
  });
  const response = await request.recvResponse();
  assertEquals([response.isError, link.stats().retries], [true, 0]);
});
