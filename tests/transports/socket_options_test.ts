/** Nagle's algorithm is off on both sides of each connection over TCP, and keep-alive on where no HTTP is below. */
import { assertEquals } from "@std/assert";
import { bind, connect } from "../../mod.ts";
import { acceptWebSocket } from "../../endpoints/websocket.ts";
import { connectNodeTcp } from "../../transports/sockets/node_connect.ts";
import { listenNodeTcp } from "../../transports/sockets/node_listener.ts";
import { testWith } from "../support/permissions.ts";
import { optionAt } from "../support/processes/socket_options.ts";
import { tlsTest } from "../tls/support.ts";

const BOTH = { server: [true], client: [true] };
const NEITHER = { server: [false], client: [false] };

function assertNoDelay(port: number): void {
  assertEquals(optionAt(port, "TCP_NODELAY"), BOTH);
}

function assertKeepAlive(port: number): void {
  assertEquals(optionAt(port, "SO_KEEPALIVE"), BOTH);
}

testWith(
  "all",
  "a socket that nobody has set has Nagle's algorithm, and no keep-alive",
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    using conn = await Deno.connect({ port });
    using accepted = await listener.accept();
    assertEquals(optionAt(port, "TCP_NODELAY"), NEITHER);
    assertEquals(optionAt(port, "SO_KEEPALIVE"), NEITHER);
    conn.setNoDelay(true);
    const client = { server: [false], client: [true] };
    assertEquals(optionAt(port, "TCP_NODELAY"), client);
    accepted.setNoDelay(true);
    assertEquals(optionAt(port, "TCP_NODELAY"), BOTH);
    accepted.setKeepAlive(true);
    const server = { server: [true], client: [false] };
    assertEquals(optionAt(port, "SO_KEEPALIVE"), server);
  },
);

for (const reactor of [false, true]) {
  testWith(
    "all",
    `TCP${reactor ? ", on the reactor" : ""}: both sides are set`,
    async () => {
      await using listener = await bind("tcp://127.0.0.1:0", { reactor });
      const accepting = listener.accept();
      await using _client = await connect(listener.addr, { reactor });
      await using _server = await accepting;
      assertNoDelay(listener.addr.port);
      assertKeepAlive(listener.addr.port);
    },
  );
}

testWith(
  "all",
  "WebSockets: Nagle's algorithm is off on both sides",
  async () => {
    await using listener = await bind("ws://127.0.0.1:0/");
    const accepting = listener.accept();
    await using _client = await connect(listener.addr);
    await using _server = await accepting;
    assertNoDelay(listener.addr.port);
  },
);

testWith(
  "all",
  "Deno.serve: Nagle's algorithm is off on both sides",
  async () => {
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
    assertNoDelay(port);
  },
);

tlsTest("both sides are set", async (scene) => {
  await using listener = await bind("tls://127.0.0.1:0", scene.server);
  const accepting = listener.accept();
  const caCerts = [scene.ca.cert];
  await using _client = await connect(listener.addr, { caCerts });
  await using _server = await accepting;
  assertNoDelay(listener.addr.port);
  assertKeepAlive(listener.addr.port);
});

tlsTest(
  "over wss:// too, Nagle's algorithm is off on both sides",
  async (scene) => {
    await using listener = await bind("wss://127.0.0.1:0/", scene.server);
    const accepting = listener.accept();
    const caCerts = [scene.ca.cert];
    await using _client = await connect(listener.addr, { caCerts });
    await using _server = await accepting;
    assertNoDelay(listener.addr.port);
  },
);

testWith(
  "all",
  "Nagle's algorithm is off where Node and Bun connect and accept",
  async () => {
    const listener = await listenNodeTcp({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const accepting = listener.accept();
    const client = await connectNodeTcp({ port }, undefined);
    const server = await accepting;
    try {
      assertNoDelay(port);
    } finally {
      for (const conn of [client, server, listener]) conn.close();
    }
  },
);
