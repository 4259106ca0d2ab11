/** `info`: what it says, and that it is plain data. */
import { assert, assertEquals } from "@std/assert";
import {
  connect,
  listen,
  MemoryTransport,
  Peer,
  StreamTransport,
  TcpTransport,
  UnixStreamTransport,
} from "../../mod.ts";
import { MessagePortTransport } from "../../transports/message_port/mod.ts";
import { testWith } from "../support/permissions.ts";
import { TempDir } from "../support/files/temp_dir.ts";

/** Fails unless a value is what is expected, and nothing but plain objects. */
function assertPlain(actual: unknown, expected: unknown): void {
  assertEquals(actual, expected);
  // As what was logged, sent to a Worker or stored and read again.
  assertEquals(structuredClone(actual), expected);
  assertEquals(JSON.parse(JSON.stringify(actual)), expected);
  assertPrototypes(actual);
}

function assertPrototypes(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  assertEquals(Object.getPrototypeOf(value), Object.prototype);
  for (const part of Object.values(value)) assertPrototypes(part);
}

for (const hostname of ["127.0.0.1", "::1"]) {
  testWith("net", `TCP: info has both addresses (${hostname})`, async () => {
    await using listener = listen({ hostname, port: 0 });
    const { port } = listener.addr;
    await using client = await connect({ hostname, port });
    await using server = await listener.accept();
    const remoteAddr = { transport: "tcp", hostname, port };
    const { localAddr } = client.info;
    assert(localAddr.port > 0 && localAddr.port !== port);
    const clientAddr = { transport: "tcp", hostname, port: localAddr.port };
    assertPlain(client.info, { localAddr: clientAddr, remoteAddr });
    assertPlain(server.info, {
      localAddr: remoteAddr,
      remoteAddr: clientAddr,
    });
    await client.close();
    // It stays, whatever becomes of the connection.
    assertPlain(client.info, { localAddr: clientAddr, remoteAddr });
  });
}

testWith("net", "TCP: a wrapped connection has the same info", async () => {
  using socket = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = socket.addr;
  const [conn, accepted] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port }),
    socket.accept(),
  ]);
  const transport = new TcpTransport(conn);
  await using other = Peer.spawn(new TcpTransport(accepted));
  assertEquals(transport.conn, conn);
  assertPlain(transport.info, {
    localAddr: { ...conn.localAddr },
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port },
  });
  transport.close();
  assertEquals(await other.recvMessage(), null);
});

testWith("net", "TCP: what listen gives as addr is plain data", async () => {
  await using listener = listen("127.0.0.1:0");
  const { port } = listener.addr;
  assertPlain(listener.addr, { transport: "tcp", hostname: "127.0.0.1", port });
});

testWith(
  "ffi",
  "Unix: info has the credentials of the other side",
  async () => {
    await using dir = new TempDir();
    const path = dir.file("s");
    await using listener = listen(`unix:${path}`);
    await using client = await connect(`unix:${path}`);
    await using server = await listener.accept();
    const credentials = { uid: Deno.uid(), gid: Deno.gid(), pid: Deno.pid };
    assertPlain(client.info, { credentials });
    assertPlain(server.info, { credentials });
    assertPlain(listener.addr, { transport: "unix", path });
  },
);

testWith("unix", "Unix: without FFI the credentials are null", async () => {
  await using dir = new TempDir();
  const path = dir.file("s");
  await using listener = listen(`unix:${path}`);
  await using client = await connect(`unix:${path}`);
  await using server = await listener.accept();
  assertPlain(client.info, { credentials: null });
  assertPlain(server.info, { credentials: null });
}, { permissions: { net: "inherit", read: "inherit", write: "inherit" } });

testWith("unix", "Unix: a wrapped connection has no credentials", async () => {
  await using dir = new TempDir();
  const path = dir.file("s");
  using socket = Deno.listen({ transport: "unix", path });
  const [conn, accepted] = await Promise.all([
    Deno.connect({ transport: "unix", path }),
    socket.accept(),
  ]);
  const transport = new UnixStreamTransport(conn);
  await using other = Peer.spawn(new UnixStreamTransport(accepted));
  assertPlain(transport.info, { credentials: null });
  transport.close();
  assertEquals(await other.recvMessage(), null);
});

Deno.test("memory: info says so", () => {
  for (const end of MemoryTransport.pair()) {
    assertPlain(end.info, { transport: "memory" });
  }
});

Deno.test("message port: info says so", () => {
  const { port1, port2 } = new MessageChannel();
  const transport = new MessagePortTransport(port1);
  assertPlain(transport.info, { transport: "message-port" });
  transport.close();
  port2.close();
});

Deno.test("streams: info is what was given, or null", () => {
  const { readable, writable } = new TransformStream<
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>
  >();
  assertEquals(new StreamTransport({ readable, writable }).info, null);
  const other = new TransformStream<
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>
  >();
  const info = { host: "cell 7" };
  assertEquals(new StreamTransport(other, { info }).info, info);
});
