import { assertEquals, assertInstanceOf } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { rejectsWith } from "../support/expect.ts";
import { oneServer } from "./support/test_link.ts";
import { settle } from "./support/test_server.ts";

Deno.test("setup runs on each connection before calls do", async () => {
  const seen: string[] = [];
  const { test, link, server } = oneServer({
    1: (_request, body) => void seen.push(body.text()),
  }, {
    async setup(peer, { address }) {
      await peer.call(1, `setup ${address}`);
    },
  });
  await using _ = test;
  await link.call(1, "call");
  server.kill();
  await settle();
  server.start();
  test.clock.turn(100);
  await link.call(1, "call");
  assertEquals(seen, ["setup server", "call", "setup server", "call"]);
});

Deno.test("it may serve, which is what the server's requests go to", async () => {
  const { test, link, server } = oneServer({}, {
    setup: (peer) => void peer.serve({ 5: () => "from the client" }),
  });
  await using _ = test;
  await link.ready();
  const response = await server.newest.peer.call(5, "");
  assertEquals(response.text(), "from the client");
});

Deno.test("without setup the server's requests are refused", async () => {
  const { test, link, server } = oneServer({});
  await using _ = test;
  await link.ready();
  const error = await rejectsWith(
    "remote-error",
    () => server.newest.peer.call(5, ""),
  );
  assertEquals(error.reason, "unavailable");
});

Deno.test("what setup throws ends the connection, and the next attempt follows", async () => {
  let tries = 0;
  const { test, link, server } = oneServer({ 1: () => "pong" }, {
    setup() {
      if (++tries === 1) throw new Error("wrong password");
    },
  });
  await using _ = test;
  await settle();
  assertEquals(link.state, "waiting");
  assertEquals(String(link.status.error), "Error: wrong password");
  assertEquals(await server.newest.peer.closed, null);
  test.clock.turn(100);
  assertEquals((await link.call(1, "")).text(), "pong");
});

Deno.test("setup that never ends is ended, and told why", async () => {
  const aborted = Promise.withResolvers<unknown>();
  const { test, link } = oneServer({}, {
    setup: (peer, { signal }) => {
      signal.onabort = () => aborted.resolve(signal.reason);
      return peer.serve({});
    },
    connectTimeout: 1000,
  });
  await using _ = test;
  await settle();
  test.clock.turn(1000);
  await settle();
  assertEquals(link.state, "waiting");
  const { error } = link.status;
  assertInstanceOf(error, RpcError);
  assertEquals(error, await aborted.promise);
  assertEquals(error.message.includes("such as serve"), true);
});

Deno.test("a connection that ends during setup is none", async () => {
  const { test, link, server } = oneServer({}, {
    setup: () => {
      if (server.attempts > 1) return;
      server.kill();
      return new Promise(() => {});
    },
  });
  await using _ = test;
  await settle();
  assertEquals(link.state, "waiting");
  server.start();
  test.clock.turn(100);
  await link.ready();
});

Deno.test("the token is asked for each connection, and goes with calls", async () => {
  let asked = 0;
  const tokens: unknown[] = [];
  const { test, link, server } = oneServer({
    1: (request, _body) => void tokens.push({ ...request.metadata }),
  }, { token: () => Promise.resolve(`token ${++asked}`) });
  await using _ = test;
  await link.call(1, "");
  await link.call(1, "", { metadata: { user: "x" } });
  server.kill();
  await settle();
  server.start();
  test.clock.turn(100);
  await link.call(1, "");
  assertEquals(tokens, [
    { token: "token 1" },
    { token: "token 1", user: "x" },
    { token: "token 2" },
  ]);
});

Deno.test("a token that can't be had is a failed attempt", async () => {
  const { test, link, server } = oneServer({}, {
    // As `fetch` fails.
    token: () => Promise.reject(new TypeError("no network")),
  });
  await using _ = test;
  await settle();
  assertEquals([link.state, server.attempts], ["waiting", 0]);
});

Deno.test("a connection that comes too late is closed", async () => {
  const { test, link, server } = oneServer({}, { connectTimeout: 100 });
  await using _ = test;
  await link.ready();
  await link.close();
  assertEquals(await server.newest.client.closed, null);
});
