import { assertEquals, assertRejects } from "@std/assert";
import { RpcError, type StreamBody } from "../../mod.ts";
import { resolveBackoff } from "../../reconnect/backoff.ts";
import { LinkCalls } from "../../reconnect/link_calls.ts";
import { RetryBudget } from "../../reconnect/retry_budget.ts";
import { isPending, rejectsWith } from "../support/expect.ts";
import { HandClock } from "../support/hand_clock.ts";
import { oneServer } from "./support/test_link.ts";
import { settle } from "./support/test_server.ts";

/** Answers with a text, and counts. */
function counting(): { runs: number; handlers: Record<number, () => string> } {
  const counted = {
    runs: 0,
    handlers: {
      1: (): string => {
        counted.runs++;
        return "pong";
      },
    },
  };
  return counted;
}

/** A handler that never answers, and tells when it begins. */
function hanging(): {
  begun: PromiseWithResolvers<void>;
  handlers: Record<
    number,
    (
      request: unknown,
      body: unknown,
      context: { signal: AbortSignal },
    ) => Promise<string>
  >;
} {
  const begun = Promise.withResolvers<void>();
  return {
    begun,
    handlers: {
      1: (_request, _body, { signal }) => {
        begun.resolve();
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      },
    },
  };
}

Deno.test("a call that is made while the link is down waits", async () => {
  const { handlers } = counting();
  const { test, link, server } = oneServer(handlers, { up: false });
  await using _ = test;
  const call = link.call(1, "ping");
  await settle();
  assertEquals(await isPending(call), true);
  assertEquals(link.stats().waiting, 1);
  server.start();
  test.clock.turn(100);
  assertEquals((await call).text(), "pong");
});

for (const by of ["timeout", "callTimeout"] as const) {
  Deno.test(`it waits at most its time: ${by}`, async () => {
    const { handlers } = counting();
    const options = by === "timeout" ? {} : { callTimeout: 700 };
    const { test, link } = oneServer(handlers, { up: false, ...options });
    await using _ = test;
    const call = link.call(1, "", by === "timeout" ? { timeout: 700 } : {});
    await settle();
    test.clock.turn(699);
    assertEquals(await isPending(call), true);
    test.clock.turn(1);
    const error = await rejectsWith("deadline-exceeded", () => call);
    assertEquals([error.limit, error.outcome], [700, "not-sent"]);
    assertEquals(link.stats().waiting, 0);
  });
}

Deno.test("a call takes its time along to the connection, and says all of it", async () => {
  const { handlers, begun } = hanging();
  const { test, link, server } = oneServer(handlers, { up: false });
  await using _ = test;
  const call = link.call(1, "", { timeout: 700 });
  await settle();
  server.start();
  test.clock.turn(300);
  await begun.promise;
  test.clock.turn(399);
  assertEquals(await isPending(call), true);
  test.clock.turn(1);
  const error = await rejectsWith("deadline-exceeded", () => call);
  assertEquals([error.limit, error.outcome], [700, "unknown"]);
});

Deno.test("a signal ends the waiting", async () => {
  const { test, link } = oneServer({}, { up: false });
  await using _ = test;
  const stop = new AbortController();
  const call = link.call(1, "", { signal: stop.signal, timeout: 5000 });
  await settle();
  stop.abort(new Error("enough"));
  await assertRejects(() => call, Error, "enough");
  await assertRejects(
    () => link.call(1, "", { signal: stop.signal }),
    Error,
    "enough",
  );
});

Deno.test("a call that wasn't sent goes again by itself", async () => {
  const counted = counting();
  const { test, link, server } = oneServer(counted.handlers);
  await using _ = test;
  await link.ready();
  // The link hasn't seen the end yet.
  server.newest.client.close();
  const call = link.call(1, "ping");
  await settle();
  test.clock.turn(100);
  assertEquals((await call).text(), "pong");
  assertEquals([counted.runs, link.stats().retries], [1, 1]);
});

Deno.test("a call that may have run fails with that", async () => {
  const { handlers, begun } = hanging();
  const { test, link, server } = oneServer(handlers);
  await using _ = test;
  const call = link.call(1, "");
  await begun.promise;
  server.kill();
  const error = await assertRejects(() => call, RpcError);
  assertEquals([error.fatal, error.outcome], [true, "unknown"]);
  assertEquals(link.stats().retries, 0);
});

for (const end of ["kill", "close"] as const) {
  Deno.test(`it goes again if it is idempotent (${end})`, async () => {
    let runs = 0;
    const begun = Promise.withResolvers<void>();
    const { test, link, server } = oneServer({
      1: () => {
        if (++runs > 1) return "second";
        begun.resolve();
        return new Promise<string>(() => {});
      },
    });
    await using _ = test;
    const call = link.call(1, "", { idempotent: true });
    await begun.promise;
    server[end]();
    await settle();
    server.start();
    test.clock.turn(100);
    assertEquals((await call).text(), "second");
    assertEquals([runs, link.stats().retries], [2, 1]);
  });
}

Deno.test("of several tries the outcome says what is known of all", async () => {
  const { handlers, begun } = hanging();
  const { test, link, server } = oneServer(handlers);
  await using _ = test;
  const call = link.call(1, "", { idempotent: true, timeout: 1000 });
  await begun.promise;
  server.kill();
  await settle();
  // The second try never begins.
  test.clock.turn(1000);
  const error = await rejectsWith("deadline-exceeded", () => call);
  assertEquals(error.outcome, "unknown");
});

Deno.test("a call that is refused as unavailable goes again after the backoff", async () => {
  const counted = counting();
  const { test, link, server } = oneServer((peer) => {
    if (server.connections.length > 1) peer.serve(counted.handlers);
    // Nobody takes requests here.
    else peer.split()[0][Symbol.dispose]();
  });
  await using _ = test;
  const call = link.call(1, "ping");
  await settle();
  assertEquals([await isPending(call), link.state], [true, "waiting"]);
  test.clock.turn(100);
  assertEquals((await call).text(), "pong");
  assertEquals([counted.runs, server.attempts], [1, 2]);
});

for (const end of ["close", "drain"] as const) {
  Deno.test(`${end} ends the wait of a call before its next try`, async () => {
    const { test, link } = oneServer(
      (peer) => peer.split()[0][Symbol.dispose](),
    );
    await using _ = test;
    const call = rejectsWith("connection-closed", () => link.call(1, ""));
    const sent = await link.sendRequest(1, "");
    const response = rejectsWith(
      "connection-closed",
      () => sent.recvResponse(),
    );
    await settle();
    assertEquals(link.stats().retries, 2);
    await link[end]();
    assertEquals((await call).outcome, "not-sent");
    assertEquals((await response).outcome, "not-sent");
    assertEquals(test.clock.pending, 0);
  });
}

Deno.test("not so from a server that isn't known to be of this library", async () => {
  const { test, link } = oneServer(
    (peer) => peer.split()[0][Symbol.dispose](),
    { extensions: false, peer: { extensions: false } },
  );
  await using _ = test;
  const error = await rejectsWith("remote-error", () => link.call(1, ""));
  assertEquals([error.reason, error.outcome], ["unavailable", "unknown"]);
});

for (const idempotent of [false, true]) {
  for (const by of ["call", "sendRequest"] as const) {
    Deno.test(`nor does its text end the connection (${by}, idempotent ${idempotent})`, async () => {
      const off = "unavailable: the camera is switched off";
      const { test, link, server } = oneServer(async (peer) => {
        for await (const message of peer) {
          if (message.kind !== "request") continue;
          await message.request.sendErrorResponse(off);
        }
      }, { extensions: false, peer: { extensions: false } });
      await using _ = test;
      const answer = by === "call"
        ? async () => (await link.call(1, "", { idempotent })).text()
        : async () => {
          using request = await link.sendRequest(1, "", { idempotent });
          return (await request.recvResponse()).text();
        };
      await link.ready();
      // More than there are tokens in the budget.
      for (let i = 0; i < 12; i++) {
        const answered = answer().catch((error: RpcError) =>
          error.responseText
        );
        await settle();
        assertEquals(await isPending(answered), false);
        assertEquals(await answered, off);
      }
      assertEquals([server.attempts, link.state], [1, "connected"]);
      assertEquals(link.stats().retries, 0);
    });
  }
}

Deno.test("other refusals, and errors of handlers, fail at once", async () => {
  const { test, link, server } = oneServer({
    1: () => {
      throw new Error("broken");
    },
  });
  await using _ = test;
  const failed = await rejectsWith("remote-error", () => link.call(1, ""));
  assertEquals([failed.reason, failed.message], ["failed", "broken"]);
  const unknown = await rejectsWith("remote-error", () => link.call(2, ""));
  assertEquals(unknown.reason, "unknown-service");
  const large = await rejectsWith(
    "payload-too-large",
    () => link.call(1, new Uint8Array(10_000)),
  );
  assertEquals(large.outcome, "not-sent");
  assertEquals([server.attempts, link.stats().retries], [1, 0]);
});

Deno.test("the budget ends a storm of tries", async () => {
  const { test, link, server } = oneServer(
    (peer) => peer.split()[0][Symbol.dispose](),
    { retryBudget: { tokens: 6 } },
  );
  await using _ = test;
  const calls = Array.from({ length: 20 }, () => link.call(1, ""));
  const errors = Promise.all(calls.map((call) => call.catch((error) => error)));
  for (let turn = 0; turn < 50; turn++) {
    await settle(2);
    test.clock.turn(5000);
  }
  for (const error of await errors) {
    assertEquals([error.reason, error.outcome], ["unavailable", "refused"]);
  }
  // Two tries were made again, and no more.
  assertEquals(link.stats().retries, 2);
  assertEquals(server.attempts <= 4, true, `${server.attempts} connections`);
});

Deno.test("stream messages and pings wait for a connection", async () => {
  const got = Promise.withResolvers<string>();
  const { test, link, server } = oneServer(
    (peer) =>
      peer.serve({}, { stream: (message) => got.resolve(message.text()) }),
    { up: false },
  );
  await using _ = test;
  const sent = link.sendStream(3, "news");
  const ping = link.ping();
  await settle();
  server.start();
  test.clock.turn(100);
  await sent;
  assertEquals(await got.promise, "news");
  assertEquals(await ping, 0);
});

Deno.test("calls that wait begin in order", async () => {
  const seen: string[] = [];
  const { test, link, server } = oneServer({
    1: (_request, body) => void seen.push(body.text()),
  }, { up: false });
  await using _ = test;
  const calls = ["a", "b", "c"].map((text) => link.call(1, text));
  await settle();
  server.start();
  test.clock.turn(100);
  await Promise.all(calls);
  assertEquals(seen, ["a", "b", "c"]);
});

Deno.test("a signal ends the waiting also as a connection comes and is gone", async () => {
  const stop = new AbortController();
  const { signal } = stop;
  const calls = new LinkCalls<StreamBody, string>({
    clock: new HandClock(),
    backoff: resolveBackoff(),
    random: () => 0.5,
    budget: new RetryBudget(),
    extensions: true,
    pick: () => null,
    whenReady: (given) => {
      assertEquals(given?.aborted, false, "it would never fire");
      stop.abort(new Error("enough"));
      return Promise.resolve();
    },
    leave: () => {},
    onRetry: () => {},
  });
  const state = calls.begin({ signal }, Infinity);
  const unreachable = (): Promise<never> => Promise.reject(new Error("sent"));
  await assertRejects(
    () => calls.run(1, { signal }, state, unreachable, true),
    Error,
    "enough",
  );
});
