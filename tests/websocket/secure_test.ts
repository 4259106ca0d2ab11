/** wss://: certificates on the server, and a reader that has stopped. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  acceptWebSocket,
  bind,
  connect,
  type WebSocketListenOptions,
} from "../../endpoints/websocket.ts";
import { bind as bindTls, connect as connectTls } from "../../endpoints/tls.ts";
import { connect as connectTcp } from "../../endpoints/tcp.ts";
import { Ca } from "../tls/certificates.ts";
import { tlsTest } from "../tls/support.ts";
import { RpcError } from "../../protocol/error.ts";

const MIB = 1024 * 1024;

tlsTest("wss: calls of any size, and who calls", async (scene) => {
  const limits = { maxBodyLenRead: 8 * MIB, maxBodyLenWrite: 8 * MIB };
  await using listener = await bind("wss://127.0.0.1:0/rpc", {
    ...scene.server,
    ...limits,
  });
  assertEquals(listener.addr.secure, true);
  const caCerts = [scene.ca.cert];
  const accepting = listener.accept();
  await using peer = await connect(listener.addr, { ...limits, caCerts });
  const server = await accepting;
  const serving = server.serve({ 1: (_request, body) => body });
  for (const length of [0, 1, 64 * 1024, 5 * MIB]) {
    const body = new Uint8Array(length).fill(length % 251);
    assertEquals((await peer.call(1, body)).body.data, body);
  }
  const { remoteAddr, host } = server.info;
  assertEquals([remoteAddr?.transport, remoteAddr?.hostname], [
    "tcp",
    "127.0.0.1",
  ]);
  assertEquals(host, `127.0.0.1:${listener.addr.port}`);
  await peer.close();
  await serving;
  assertEquals(await server.closed, null);
});

tlsTest("wss: a server that the client doesn't trust", async (scene) => {
  await using other = await Ca.make();
  const { onError } = scene.mutual;
  await using listener = await bind("wss://127.0.0.1:0/", {
    ...scene.server,
    onError,
  });
  const caCerts = [other.cert];
  await assertRejects(() => connect(listener.addr, { caCerts }), Error);
  assertStringIncludes((await scene.failed).message, "TLS connection");
});

tlsTest(
  "wss: a server needs both the certificate and its key",
  async (scene) => {
    const { cert, key } = scene.server;
    for (const options of [{}, { cert }, { key }]) {
      await assertRejects(
        () => bind("wss://127.0.0.1:0/", options as typeof scene.server),
        TypeError,
        "wss:// needs the options cert and key",
      );
    }
  },
);

tlsTest("wss: who doesn't speak TLS is refused", async (scene) => {
  const { onError } = scene.mutual;
  await using listener = await bind("wss://127.0.0.1:0/", {
    ...scene.server,
    onError,
  });
  await using peer = await connectTcp({ port: listener.addr.port });
  await assertRejects(() => peer.call(1, "plain"));
  assertStringIncludes((await scene.failed).message, "doesn't speak TLS");
});

tlsTest("wss: closing ends who has asked for nothing", async (scene) => {
  const listener = await bind("wss://127.0.0.1:0/", scene.server);
  const { port } = listener.addr;
  await using silent = await connectTls(`tls://127.0.0.1:${port}`, {
    caCerts: [scene.ca.cert],
  });
  await listener.shutdown();
  assertEquals((await silent.closed)?.code, "connection-aborted");
});

tlsTest("wss: in Deno.serve too", async (scene) => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, ...scene.server, onListen() {} },
    (request) =>
      acceptWebSocket(
        request,
        (peer) => peer.serve({ 1: (_request, body) => body }),
      ),
  );
  const url = `wss://localhost:${server.addr.port}/` as const;
  {
    await using peer = await connect(url, { caCerts: [scene.ca.cert] });
    assertEquals((await peer.call(1, "secret")).text(), "secret");
  }
  await assertRejects(() => connect(url), Error, "certificate");
  await server.shutdown();
});

tlsTest("wss: certificates that can't be used", async (scene) => {
  const { server, client, ca } = scene;
  const wrong: readonly (readonly [string, WebSocketListenOptions])[] = [
    ["wss://127.0.0.1:0/", {}],
    ["wss://127.0.0.1:0/", { cert: server.cert }],
    ["wss://127.0.0.1:0/", { ...server, key: client.key }],
    ["wss://127.0.0.1:0/", { ...server, clientCa: ca.cert } as object],
    ["ws://127.0.0.1:0/", server],
  ];
  for (const [address, options] of wrong) {
    await assertRejects(() => bind(address, options), TypeError);
  }
  for (const option of [{ caCerts: [ca.cert] }, server]) {
    await assertRejects(() => connect("ws://127.0.0.1:1/", option), TypeError);
  }
  for (
    const [option, text] of [
      [{ cert: client.cert }, "key must be"],
      [{ key: client.key }, "cert must be"],
      [{ ...client, key: server.key }, "key isn't the private key"],
      [{ caCerts: [ca.cert, "no certificate"] }, "caCerts must be"],
    ] as const
  ) {
    const connecting = () => connect("wss://127.0.0.1:1/", option);
    await assertRejects(connecting, TypeError, text);
  }
});

tlsTest("wss: a client shows its certificate", async (scene) => {
  const { ca, client, mutual } = scene;
  const { promise, resolve } = Promise.withResolvers<unknown>();
  // It asks for one, and is no server of WebSockets.
  await using listener = await bindTls("tls://127.0.0.1:0", {
    ...mutual,
    authorize({ certificate }) {
      resolve(certificate?.subject);
      return false;
    },
  });
  listener.run(() => {});
  const address = `wss://localhost:${listener.addr.port}/` as const;
  const caCerts = [ca.cert];
  await assertRejects(() => connect(address, { ...client, caCerts }), Error);
  assertEquals(await promise, { CN: "client" });
});

tlsTest("wss: a WebSocket that isn't read stops the socket", async (scene) => {
  await using listener = await bind("wss://127.0.0.1:0/", {
    ...scene.server,
    maxBodyLenRead: MIB,
    maxUnreadBytes: 2 * MIB,
    maxInboxBytes: MIB,
  });
  const caCerts = [scene.ca.cert];
  const accepting = listener.accept();
  // Without our subprotocol, no window limits it.
  await using flooding = await connect(listener.addr, {
    caCerts,
    maxBodyLenWrite: MIB,
    plain: true,
  });
  const stopped = await accepting;
  await using other = await connect(listener.addr, { caCerts });
  await using server = await listener.accept();
  const serving = server.serve({ 1: (_request, body) => body });
  const body = new Uint8Array(256 * 1024);
  let sent = 0;
  const flood = assertRejects(async () => {
    for (; sent < 64 * MIB; sent += body.length) {
      await flooding.sendStream(1, body);
    }
  }, RpcError);
  // It has stopped once nothing moves within many round trips beside it.
  for (let before = -1; before < sent;) {
    before = sent;
    for (let i = 0; i < 200; i++) await other.call(1, "");
  }
  // Both systems' buffers, and what both sides hold.
  assert(sent < 24 * MIB, `${sent} bytes were taken`);
  assertEquals(stopped.stats().reading.paused, true);
  await stopped.close();
  await flood;
  await other.close();
  await serving;
});

tlsTest(
  "wss: a flood that a plain client doesn't read ends the connection",
  async (scene) => {
    await using listener = await bind("wss://127.0.0.1:0/", {
      ...scene.server,
      maxBodyLenWrite: MIB,
    });
    const accepting = listener.accept();
    const client = await connect(listener.addr, {
      caCerts: [scene.ca.cert],
      plain: true,
      maxBodyLenRead: MIB,
      maxInboxBytes: 1000,
    });
    const server = await accepting;
    const body = new Uint8Array(MIB);
    let sent = 0;
    const error = await assertRejects(async () => {
      for (; sent < 200; sent++) await server.sendStream(1, body);
    }, RpcError);
    assertEquals(error.code, "connection-aborted");
    const ended = await assertRejects(async () => {
      while (await client.recvMessage() !== null);
    }, RpcError);
    assertEquals(ended.code, "limit-exceeded");
    assertStringIncludes(ended.message, "maxUnreadBytes");
    await Promise.all([client.close(), server.close()]);
  },
);
