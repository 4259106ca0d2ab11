/** Nagle's algorithm is off on both sides of each connection over TCP. */
import { assertEquals } from "@std/assert";
import { bind, connect } from "../../mod.ts";
import { acceptWebSocket } from "../../endpoints/websocket.ts";
import { connectNodeTcp } from "../../transports/sockets/node_connect.ts";
import { listenNodeTcp } from "../../transports/sockets/node_listener.ts";
import { testWith } from "../support/permissions.ts";
import { noDelayAt } from "../support/processes/no_delay.ts";
import { tlsTest } from "../tls/support.ts";

const OFF = { server: [true], client: [true] };

testWith("all", "a socket that nobody has set has it on", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  using conn = await Deno.connect({ port });
  using accepted = await listener.accept();
  assertEquals(noDelayAt(port), { server: [false], client: [false] });
  conn.setNoDelay(true);
  assertEquals(noDelayAt(port), { server: [false], client: [true] });
  accepted.setNoDelay(true);
  assertEquals(noDelayAt(port), OFF);
});

for (const reactor of [false, true]) {
  testWith(
    "all",
    `TCP${reactor ? ", on the reactor" : ""}: both sides have it off`,
    async () => {
      await using listener = await bind("tcp://127.0.0.1:0", { reactor });
      const accepting = listener.accept();
      await using _client = await connect(listener.addr, { reactor });
      await using _server = await accepting;
      assertEquals(noDelayAt(listener.addr.port), OFF);
    },
  );
}

testWith("all", "WebSockets: both sides have it off", async () => {
  await using listener = await bind("ws://127.0.0.1:0/");
  const accepting = listener.accept();
  await using _client = await connect(listener.addr);
  await using _server = await accepting;
  assertEquals(noDelayAt(listener.addr.port), OFF);
});

testWith("all", "Deno.serve: both sides have it off", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) =>
      acceptWebSocket(
        request,
        (peer) => peer.serve({ 1: (_request, body) => body }),
      ),
  );
  const { port } = server.addr;
  await using client = await connect(`ws://127.0.0.1:${port}/`);
  assertEquals((await client.call(1, "open")).text(), "open");
  assertEquals(noDelayAt(port), OFF);
});

tlsTest("both sides have Nagle's algorithm off", async (scene) => {
  await using listener = await bind("tls://127.0.0.1:0", scene.server);
  const accepting = listener.accept();
  const caCerts = [scene.ca.cert];
  await using _client = await connect(listener.addr, { caCerts });
  await using _server = await accepting;
  assertEquals(noDelayAt(listener.addr.port), OFF);
});

tlsTest("over wss:// too, both sides have it off", async (scene) => {
  await using listener = await bind("wss://127.0.0.1:0/", scene.server);
  const accepting = listener.accept();
  const caCerts = [scene.ca.cert];
  await using _client = await connect(listener.addr, { caCerts });
  await using _server = await accepting;
  assertEquals(noDelayAt(listener.addr.port), OFF);
});

testWith(
  "all",
  "what Node and Bun connect and accept by has it off",
  async () => {
    const listener = await listenNodeTcp({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const accepting = listener.accept();
    const client = await connectNodeTcp({ port }, undefined);
    const server = await accepting;
    try {
      assertEquals(noDelayAt(port), OFF);
    } finally {
      for (const conn of [client, server, listener]) conn.close();
    }
  },
);
