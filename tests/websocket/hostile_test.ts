/** Clients and servers of WebSockets that break the rules: each ends with an error that says what it was. */
import {
  assert,
  assertEquals,
  assertLess,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { concat } from "@std/bytes";
import type { PeerHandle, RpcError } from "../../mod.ts";
import { connect } from "../../endpoints/websocket.ts";
import { testWith } from "../support/permissions.ts";
import { frame, STREAM } from "../support/scripted_frames.ts";
import {
  clientFrame,
  SERVERS,
  shakeHands,
  type TestServer,
} from "./support.ts";

const TEXT = 1, BINARY = 2, CLOSE = 8;
const MIB = 1024 * 1024;
const OURS = { "Sec-WebSocket-Protocol": "fizyr-rpc" };
/** The hello of a client: a window of 1 MiB, and no signs of life. */
const HELLO = Uint8Array.of(0, 0, 0, 16, 0, 0, 0, 0, 0);

/** A server, and the errors with which its connections end. */
async function start(
  name: string,
  reads = true,
): Promise<[TestServer, ended: Promise<RpcError | null>]> {
  const ended = Promise.withResolvers<RpcError | null>();
  const serve = SERVERS.find(([other]) => other === name)![1];
  const server = await serve(
    async (peer: Pick<PeerHandle, "recvMessage" | "closed">) => {
      if (reads) {
        while (
          await peer.recvMessage().catch(() => null) !== null
        );
      }
      ended.resolve(await peer.closed);
    },
    { maxBodyLenRead: 100_000, maxInboxBytes: 1000, stallTimeout: 0 },
  );
  return [server, ended.promise];
}

/** Sends until the other side takes no more. */
async function flood(
  conn: Deno.TcpConn,
  bytes: Uint8Array,
  times: number,
): Promise<number> {
  let sent = 0;
  try {
    for (let i = 0; i < times; i++) {
      for (let rest = bytes; rest.length > 0;) {
        const n = await conn.write(rest);
        rest = rest.subarray(n);
        sent += n;
      }
    }
  } catch {
    // Cut off, as it has to be.
  }
  return sent;
}

for (const [name] of SERVERS) {
  for (
    const [what, messages, code, text] of [
      [
        "a text message",
        [clientFrame(TEXT, new TextEncoder().encode("hello"))],
        "connection-aborted",
        "a text message",
      ],
      [
        "data before the hello",
        [clientFrame(BINARY, Uint8Array.of(1, 2))],
        "connection-aborted",
        "before its hello",
      ],
      [
        "an unknown kind",
        [clientFrame(BINARY, HELLO), clientFrame(BINARY, Uint8Array.of(9))],
        "connection-aborted",
        "the unknown kind 9",
      ],
      [
        "an empty message",
        [clientFrame(BINARY, new Uint8Array())],
        "connection-aborted",
        "an empty message",
      ],
      [
        "an ack of what wasn't sent",
        [
          clientFrame(BINARY, HELLO),
          clientFrame(BINARY, Uint8Array.of(2, 1, 0, 0, 0)),
        ],
        "connection-aborted",
        "acknowledged 1 bytes",
      ],
      [
        "a bad frame of the protocol",
        [
          clientFrame(BINARY, HELLO),
          clientFrame(BINARY, concat([Uint8Array.of(1), new Uint8Array(16)])),
        ],
        "message-too-short",
        "12",
      ],
      [
        "a close without an end",
        [
          clientFrame(BINARY, HELLO),
          clientFrame(CLOSE, Uint8Array.of(0x03, 0xe8)),
        ],
        "connection-aborted",
        "with code 1000, before the other side had ended",
      ],
    ] as const
  ) {
    testWith("all", `${name}: ${what} ends the connection`, async () => {
      const [server, ended] = await start(name);
      await using _server = server;
      await using answer = await shakeHands(server.port, OURS);
      await answer.conn.write(concat(messages));
      if (what === "a close without an end") await answer.conn.closeWrite();
      const error = await ended;
      assertEquals(error?.code, code, String(error));
      assertStringIncludes(String(error), text);
    });
  }

  testWith(
    "all",
    `${name}: a message of over 1 MiB ends the connection`,
    async () => {
      const [server, ended] = await start(name);
      await using _server = server;
      await using answer = await shakeHands(server.port, OURS);
      const long = clientFrame(BINARY, new Uint8Array(MIB + 1));
      const sending = flood(
        answer.conn,
        concat([clientFrame(BINARY, HELLO), long]),
        1,
      );
      const error = await ended;
      assert(error !== null);
      assert(["limit-exceeded", "connection-aborted"].includes(error.code));
      assertStringIncludes(error.message, "message");
      await sending;
    },
  );

  testWith("all", `${name}: a cut connection ends with an error`, async () => {
    const [server, ended] = await start(name);
    await using _server = server;
    const answer = await shakeHands(server.port, OURS);
    await answer.conn.write(clientFrame(BINARY, HELLO));
    answer.conn.close();
    const error = await ended;
    assertEquals([error?.code, error?.side], ["connection-aborted", "remote"]);
  });

  testWith(
    "all",
    `${name}: a client that floods a stopped reader is cut off after a window`,
    async () => {
      const [server] = await start(name, false);
      await using _server = server;
      await using answer = await shakeHands(server.port, OURS);
      await answer.conn.write(clientFrame(BINARY, HELLO));
      const body = new Uint8Array(60_000);
      const data = concat([Uint8Array.of(1), frame(STREAM, 0, 1, body)]);
      const flooding = flood(answer.conn, clientFrame(BINARY, data), 10_000);
      // The server learns of it when it reads on; what comes is dropped at once.
      assertLess(await flooding, 600_000_000);
    },
  );
}

testWith(
  "all",
  "a plain client that is faster than its reader is cut off where reading can't stop",
  async () => {
    const ended = Promise.withResolvers<RpcError | null>();
    const [, serve] = SERVERS.find(([name]) => name === "Deno.serve")!;
    await using server = await serve(async (peer) => {
      // It reads only once the other side has been cut off.
      await cut.promise;
      while (await peer.recvMessage().catch(() => null) !== null);
      ended.resolve(await peer.closed);
    }, {
      maxBodyLenRead: 100_000,
      maxInboxBytes: 1000,
      maxUnreadBytes: 2 * MIB,
    });
    const cut = Promise.withResolvers<void>();
    const socket = new WebSocket(server.url);
    await new Promise((resolve) => socket.onopen = resolve);
    socket.onclose = () => cut.resolve();
    const message = frame(STREAM, 0, 1, new Uint8Array(60_000));
    for (let i = 0; i < 100; i++) socket.send(message);
    // Its connection ends only when the server has read what came in front of the error.
    cut.resolve();
    const error = await ended.promise;
    assertEquals([error?.code, error?.limit], ["limit-exceeded", 2 * MIB]);
    assertStringIncludes(String(error), "maxUnreadBytes");
    await closed(socket);
  },
);

testWith(
  "all",
  "a plain client that is faster than its reader waits where reading can stop",
  async () => {
    const begin = Promise.withResolvers<void>();
    const received = Promise.withResolvers<number>();
    const [, serve] = SERVERS.find(([name]) => name === "bind")!;
    await using server = await serve(async (peer) => {
      await begin.promise;
      let count = 0;
      while (await peer.recvMessage() !== null) count++;
      received.resolve(count);
    }, {
      maxBodyLenRead: 100_000,
      maxInboxBytes: 1000,
      maxUnreadBytes: 2 * MIB,
    });
    const socket = new WebSocket(server.url);
    await new Promise((resolve) => socket.onopen = resolve);
    const message = frame(STREAM, 0, 1, new Uint8Array(60_000));
    for (let i = 0; i < 1000; i++) socket.send(message);
    // The sender has more waiting than sockets hold: the reader takes none of it.
    while (socket.bufferedAmount === 0) {
      await new Promise((resolve) => setTimeout(resolve));
    }
    begin.resolve();
    socket.close(1000);
    assertEquals(await received.promise, 1000);
    await closed(socket);
  },
);

testWith(
  "all",
  "what a plain client sends in text ends the connection",
  async () => {
    const [server, ended] = await start("Deno.serve");
    await using _server = server;
    const socket = new WebSocket(server.url);
    await new Promise((resolve) => socket.onopen = resolve);
    socket.send("hello");
    assertStringIncludes(String(await ended), "a text message");
    await closed(socket);
  },
);

testWith(
  "all",
  "a server that is none of this library is spoken to in plain messages",
  async () => {
    const received = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => {
        const { socket, response } = Deno.upgradeWebSocket(request);
        socket.binaryType = "arraybuffer";
        socket.onmessage = ({ data }) => received.resolve(new Uint8Array(data));
        return response;
      },
    );
    await using peer = await connect(
      `ws://127.0.0.1:${server.addr.port}/`,
      { plain: true },
    );
    assertEquals(peer.info.protocol, "");
    await peer.sendStream(5, "plain");
    assertEquals(await received.promise, frame(STREAM, 0, 5, "plain"));
    await peer.close();
    await server.shutdown();
  },
);

testWith("all", "a server that refuses at length is cut short", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () =>
      new Response(
        new ReadableStream({
          pull: (controller) =>
            controller.enqueue(new TextEncoder().encode("no ".repeat(100))),
        }),
        { status: 403 },
      ),
  );
  const error = await assertRejects(
    () => connect(`ws://127.0.0.1:${server.addr.port}/`),
    Deno.errors.PermissionDenied,
  );
  assertStringIncludes(error.message, "status 403: no no no");
  assertLess(error.message.length, 1200);
});

testWith("all", "a signal ends a refusal that has no end", async () => {
  const controller = new AbortController();
  const refusing = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    ({ url }) => {
      if (url.endsWith("/short")) return new Response("no", { status: 403 });
      const body = new ReadableStream({
        start: (stream) => stream.enqueue(new TextEncoder().encode("no")),
        pull: () => refusing.resolve(),
      });
      return new Response(body, { status: 403 });
    },
  );
  const address = `ws://127.0.0.1:${server.addr.port}` as const;
  const { signal } = controller;
  const connecting = connect(`${address}/endless`, { signal });
  await refusing.promise;
  // Until this one is refused, the head of the other refusal has come, too.
  await assertRejects(() => connect(`${address}/short`));
  controller.abort(new Error("enough"));
  await assertRejects(() => connecting, Error, "enough");
});

for (const [name] of SERVERS) {
  testWith(
    "net",
    `${name}: a Host that makes no address is refused`,
    async () => {
      const [server] = await start(name);
      await using _server = server;
      for (const Host of ["1.2.3.4.5.6.7", "[::1", "a b"]) {
        await using answer = await shakeHands(server.port, { ...OURS, Host });
        assert([400, 403].includes(answer.status), `${Host}: ${answer.status}`);
      }
    },
  );
}

/** Resolves when a WebSocket is closed. */
function closed(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => socket.onclose = () => resolve());
}
