/** `fizyr watch` between a client and a server: what it passes on, and what it shows. */
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { bind, connect } from "../../../mod.ts";
import { serve } from "../../../interface/mod.ts";
import { Camera, handlers } from "../../interface/support/camera.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { FileDescriptor } from "../../../transports/descriptor/mod.ts";
import { isPending } from "../../support/expect.ts";
import { testWith } from "../../support/permissions.ts";
import { frame } from "../../wireshark/cable.ts";
import { fizyr, serveOn } from "../support.ts";
import { outline, Watched } from "./watched.ts";

const CAMERA = new URL("../../interface/support/camera.ts", import.meta.url)
  .pathname;

const RECORDING = [
  ["client", "request", "Camera.record", { frames: 2 }],
  ["server", "update", "Camera.record state", { frame: 1, frames: 2 }],
  ["server", "update", "Camera.record state", { frame: 2, frames: 2 }],
  ["server", "update", "Camera.record image", "AQID"],
  ["server", "response", "Camera.record", "Ag=="],
];

/** A recording of two frames, as a client gets it. */
async function record(address: string): Promise<void> {
  await using peer = await connect<string>(address);
  const request = await Camera.client(peer as never).record({ frames: 2 });
  const updates = await Array.fromAsync(request.updates());
  assertEquals(updates.map(({ name }) => name), ["state", "state", "image"]);
  assertEquals(await request.response(), new Uint8Array([2]));
}

for (
  const [transport, addressOf] of [
    ["TCP", () => "tcp://127.0.0.1:0"],
    ["Unix stream", (name: string) => `unix:${name}`],
    ["Unix seqpacket", (name: string) => `unix+seqpacket:${name}`],
    ["shared rings", (name: string) => `unix+shm:${name}`],
    ["WebSocket", () => "ws://127.0.0.1:0/rpc"],
  ] as const
) {
  testWith(
    "all",
    `messages are shown and passed on: ${transport}`,
    async () => {
      using folder = new TempDir();
      await using listener = await bind<string>(addressOf(folder.file("s")));
      const running = listener.run((peer) =>
        serve(peer as never, Camera.implement(handlers))
      );
      const { addr } = listener;
      const to = "port" in addr
        ? addressOf("").replace(":0", `:${addr.port}`)
        : addressOf(folder.file("s"));
      {
        await using watched = await Watched.start({
          ...{ to, listen: addressOf(folder.file("w")) },
          options: ["--interface", CAMERA],
        });
        await record(watched.address);
        const lines = await watched.lines(RECORDING.length);
        assertEquals(lines.map(outline), RECORDING);
        const [request, ...later] = lines.map((line) => JSON.parse(line));
        assert(!("ms" in request));
        for (const { ms } of later) assert(ms >= 0);
        await watched.said("the client has ended");
        await watched.said("the server has ended");
      }
      listener.close();
      await running;
    },
  );
}

for (const transport of ["unix+seqpacket", "unix+shm"]) {
  testWith("all", `descriptors are passed on: ${transport}`, async () => {
    using folder = new TempDir();
    const to = `${transport}:${folder.file("s")}`;
    await using listener = await bind<string>(to);
    const running = listener.run((peer) =>
      peer.serve({ 1: (_request, body) => body as never })
    );
    {
      await using watched = await Watched.start({
        ...{ to, listen: `${transport}:${folder.file("w")}` },
      });
      await Deno.writeTextFile(folder.file("text"), "through the proxy");
      using sent = FileDescriptor.open(folder.file("text"), "r");
      await using peer = await connect(
        `${transport}:${folder.file("w")}` as "unix+seqpacket:",
      );
      const response = await peer.call(1, { data: "file", fds: [sent] });
      using body = response.body;
      const [received] = body.fds;
      assert(received !== undefined);
      const bytes = new Uint8Array(100);
      const n = await received.read(bytes);
      assertEquals(
        new TextDecoder().decode(bytes.subarray(0, n ?? 0)),
        "through the proxy",
      );
      const lines = await watched.lines(2);
      const counts = lines.map((line) => JSON.parse(line).descriptors);
      assertEquals(counts, [1, 1]);
    }
    listener.close();
    await running;
  });
}

/** A server of bytes, and a client of it through `fizyr watch`. */
async function wire(
  fn: (
    ends: { client: Deno.TcpConn; server: Deno.TcpConn; watched: Watched },
  ) => Promise<void>,
): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const to = `127.0.0.1:${listener.addr.port}`;
  await using watched = await Watched.start({ to });
  const port = Number(new URL(watched.address).port);
  const [client, server] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port }),
    listener.accept(),
  ]);
  try {
    await fn({ client, server, watched });
  } finally {
    client.close();
    server.close();
  }
}

/** All that comes until the end. */
async function readAll(conn: Deno.TcpConn): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const chunk = new Uint8Array(65536);
    const n = await conn.read(chunk);
    if (n === null) return concat(chunks);
    chunks.push(chunk.subarray(0, n));
  }
}

testWith(
  "all",
  "the end of one side leaves the other direction open",
  () =>
    wire(async ({ client, server, watched }) => {
      const request = frame(0, 7, 1, "question");
      await client.write(request);
      await client.closeWrite();
      assertEquals(await readAll(server), request);
      const response = frame(1, 7, 1, "answer");
      await server.write(response);
      await server.closeWrite();
      assertEquals(await readAll(client), response);
      assertEquals((await watched.lines(2)).map(outline), [
        ["client", "request", "1", "question"],
        ["server", "response", "1", "answer"],
      ]);
    }),
);

testWith(
  "all",
  "a message that is cut off is passed on as it is",
  () =>
    wire(async ({ client, server, watched }) => {
      const cut = frame(0, 7, 1, "question").slice(0, 20);
      await client.write(cut);
      await client.closeWrite();
      assertEquals(await readAll(server), cut);
      await watched.said("the client has broken off");
      assertEquals(watched.out, []);
    }),
);

testWith(
  "all",
  "what isn't this protocol is passed on, and said once",
  () =>
    wire(async ({ client, server, watched }) => {
      const text = new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n");
      await client.write(text);
      await client.write(text);
      await client.closeWrite();
      assertEquals(await readAll(server), concat([text, text]));
      await watched.said("the client has ended");
      const said = watched.err.filter((line) => line.includes("not shown"));
      assertEquals(said.length, 1);
    }),
);

testWith(
  "all",
  "a server that doesn't read makes the client wait",
  () =>
    wire(async ({ client, server }) => {
      const message = frame(4, 0, 1, "x".repeat(1024 * 1024));
      let writing: Promise<unknown> = Promise.resolve();
      let sent = 0;
      // All buffers on the way together are far below 64 MiB.
      for (; sent < 64; sent++) {
        writing = writeAll(client, message);
        if (await isStuck(writing)) break;
      }
      assert(sent < 64, "the client never had to wait");
      const reading = readAll(server);
      await writing;
      await client.closeWrite();
      assertEquals((await reading).length, (sent + 1) * message.length);
    }),
);

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await conn.write(rest));
  }
}

/** Whether a write still waits when nothing has moved for a thousand turns. */
async function isStuck(writing: Promise<unknown>): Promise<boolean> {
  for (let i = 0; i < 1000; i++) if (!await isPending(writing)) return false;
  return true;
}

testWith("all", "a client is told where there is no server", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  gone.close();
  const to = `127.0.0.1:${gone.addr.port}`;
  await using watched = await Watched.start({ to });
  await using peer = await connect<string>(watched.address);
  assertEquals(await peer.recvMessage(), null);
  await watched.said(`there is no connection to ${to}`);
});

testWith("all", "a slow stdout costs lines, and no message", async () => {
  await using server = serveOn(Camera.implement(handlers), {});
  const stuck = Promise.withResolvers<void>();
  const written: string[] = [];
  const watched = await Watched.start({
    to: server.address,
    io: {
      write: async (text) => {
        await stuck.promise;
        written.push(text);
      },
    },
  });
  const count = 600;
  {
    await using peer = await connect<string>(watched.address);
    const name = "x".repeat(4000);
    for (let i = 0; i < count; i++) {
      await peer.call(9, name).catch(({ reason }) => {
        assertEquals(reason, "unknown-service");
      });
    }
  }
  stuck.resolve();
  await watched.stop();
  const lines = written.join("").trimEnd().split("\n")
    .map((line) => JSON.parse(line));
  const { leftOut } = lines.pop();
  assert(leftOut > 0);
  assertEquals(lines.length + leftOut, 2 * count);
  assert(watched.err.includes(
    `${2 * count} messages went by; ${leftOut} of them were not shown`,
  ));
});

testWith("all", "only what is asked for is shown", async () => {
  await using server = serveOn(Camera.implement(handlers));
  await using watched = await Watched.start({
    to: server.address,
    options: ["--describe", "--filter", "*.na*"],
  });
  await record(watched.address);
  await using peer = await connect<string>(watched.address);
  assertEquals(await Camera.client(peer as never).name(), "camera");
  assertEquals((await watched.lines(2)).map(outline), [
    ["client", "request", "Camera.name"],
    ["server", "response", "Camera.name", "camera"],
  ]);
});

testWith("all", "lines for people can't move the cursor", async () => {
  await using server = serveOn(Camera.implement(handlers), {});
  await using watched = await Watched.start({
    to: server.address,
    options: ["--format", "text"],
  });
  await using peer = await connect<string>(watched.address);
  await peer.call(9, "one\x1b[2Jtwo\nthree").catch(() => {});
  const [request, response] = await watched.lines(2);
  const time = /^\d\d:\d\d:\d\d\.\d{6} /;
  assertEquals(request!.replace(time, ""), "1 -> request #0 9 16 bytes");
  assert(
    /^1 <- error #0 9 "unknown-service: .*" [0-9.]+ ms$/.test(
      response!.replace(time, ""),
    ),
    response,
  );
});

testWith("all", "lines for people can't turn text around", async () => {
  await using server = serveOn(Camera.implement(handlers), {});
  await using watched = await Watched.start({
    to: server.address,
    options: ["--format", "text"],
  });
  await using peer = await connect<string>(watched.address);
  const turns = "\u061c\u200e\u200f\u202e\u2066\u2067\u2068\u2069";
  await peer.call(9, turns).catch(() => {});
  const [request] = await watched.lines(1);
  const escaped = [...turns].map((c) =>
    `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`
  );
  assert(request!.endsWith(` 9 "${escaped.join("")}"`), request);
});

testWith(
  "all",
  "watch takes both addresses, and says what it can't",
  async () => {
    assertEquals((await fizyr(["watch", "--listen", "127.0.0.1:0"])).code, 2);
    const tls = [
      "watch",
      "--listen",
      "tls://127.0.0.1:0",
      "--to",
      "127.0.0.1:1",
    ];
    const { code, err } = await fizyr(tls);
    assertEquals(code, 2);
    assert(err.includes("takes --cert and --key"), err);
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const address = `127.0.0.1:${taken.addr.port}`;
    const used = await fizyr(["watch", "--listen", address, "--to", address]);
    assertEquals(used.code, 3);
  },
);
