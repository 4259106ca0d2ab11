/** `bind` and `Listener.bind`, and what is there already. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tcp from "../../endpoints/tcp.ts";
import * as unix from "../../endpoints/unix_stream.ts";
import * as seqpacket from "../../endpoints/unix_seqpacket.ts";
import {
  bind,
  connect,
  listen,
  Listener,
  Peer,
  TcpTransport,
  UnixStreamTransport,
} from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { exists } from "../support/files/exists.ts";
import { assertConnects } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

const { AddrInUse } = Deno.errors;
const NO_FFI = {
  net: "inherit",
  read: "inherit",
  write: "inherit",
  sys: "inherit",
} as const;

testWith("net", "Listener.bind listens on TCP", async () => {
  await using listener = await Listener.bind(TcpTransport, "127.0.0.1:0");
  const { addr } = listener;
  assertEquals([addr.transport, addr.hostname], ["tcp", "127.0.0.1"]);
  assert(addr.port > 0);
  await assertConnects(listener, () => connect(addr));
  await assertConnects(listener, () => Peer.connect(TcpTransport, addr));
});

testWith("net", "Listener.bind rejects where the port is taken", async () => {
  await using listener = listen("127.0.0.1:0");
  const { addr } = listener;
  await assertRejects(() => Listener.bind(TcpTransport, addr), AddrInUse);
  await assertConnects(listener, () => connect(addr));
});

testWith(
  "net",
  "Listener.bind gives its limits to each connection",
  async () => {
    const limits = { maxBodyLenRead: 10, maxBodyLenWrite: 10 };
    await using listener = await Listener.bind(
      TcpTransport,
      "127.0.0.1:0",
      { ...limits, maxInboxMessages: 5 },
    );
    const connecting = connect(listener.addr);
    await using server = await listener.accept();
    await using client = await connecting;
    await client.sendStream(1, "eleven bytes");
    assertEquals((await server.closed)?.code, "payload-too-large");
  },
);

testWith(
  "net",
  "Listener.bind rejects wrong options, and listens nowhere",
  async () => {
    for (
      const options of [
        { maxBodyLenRead: -1 },
        { maxInboxMessages: 0 },
        { drainTimeout: -1 },
      ]
    ) {
      await assertRejects(
        () => Listener.bind(TcpTransport, "127.0.0.1:0", options),
        RangeError,
      );
    }
    await assertRejects(
      () => Listener.bind(TcpTransport, "nowhere"),
      TypeError,
    );
  },
);

testWith("unix", "Listener.bind listens on a path", async () => {
  await using dir = new TempDir();
  const path = dir.file("s");
  await using listener = await Listener.bind(UnixStreamTransport, path);
  assertEquals(listener.addr, { transport: "unix", path });
  await assertConnects(listener, () => connect(listener.addr));
  listener.close();
  assertEquals(exists(path), false);
});

testWith(
  "unix",
  "Listener.bind takes the place of a stale socket without FFI",
  async () => {
    await using dir = new TempDir();
    const path = await dir.stale();
    const error = assertThrows(() => listen(`unix:${path}`), AddrInUse);
    assert(error.message.includes("only bind and Listener.bind"));
    assert(exists(path));
    await using listener = await Listener.bind(UnixStreamTransport, path);
    await assertConnects(listener, () => connect(`unix:${path}`));
  },
  { permissions: NO_FFI },
);

testWith(
  "unix",
  "bind takes the place of a stale socket without FFI",
  async () => {
    await using dir = new TempDir();
    for (
      const open of [
        (path: string) => bind(`unix:${path}`),
        (path: string) => bind(`unix:${path}`, { mode: 0o600 }),
        (path: string) => bind({ transport: "unix", path }),
        (path: string) => unix.bind(path),
        (path: string) => unix.bind(`unix:${path}`, { mode: 0o600 }),
      ]
    ) {
      const path = await dir.stale();
      await using listener = await open(path);
      assertEquals(listener.addr, { transport: "unix", path });
      await assertConnects(listener, () => connect(listener.addr));
      listener.close();
      assertEquals(exists(path), false);
    }
  },
  { permissions: NO_FFI },
);

testWith("net", "bind listens on TCP", async () => {
  for (
    const open of [
      () => bind("tcp://127.0.0.1:0"),
      () => bind({ hostname: "127.0.0.1", port: 0 }, { drainTimeout: 0 }),
      () => tcp.bind("127.0.0.1:0"),
    ]
  ) {
    await using listener = await open();
    const { addr } = listener;
    await assertConnects(listener, () => connect(addr));
    await assertRejects(() => bind(addr), AddrInUse);
    await assertRejects(() => tcp.bind(addr), AddrInUse);
  }
});

testWith("ffi", "bind listens on a seqpacket socket", async () => {
  await using dir = new TempDir();
  for (
    const open of [
      (path: string) => bind(`unix+seqpacket:${path}`, { maxFdsRead: 3 }),
      (path: string) => seqpacket.bind(path, { mode: 0o600 }),
    ]
  ) {
    const path = dir.file("s");
    await using listener = await open(path);
    assertEquals(listener.addr, { transport: "unix-seqpacket", path });
    const connecting = connect(listener.addr);
    await using server = await listener.accept();
    await using client = await connecting;
    await client.sendStream(1, "hello");
    assertEquals((await server.recvMessage())?.kind, "stream");
    await assertRejects(() => open(path), AddrInUse);
  }
});

testWith("unix", "bind rejects wrong options, and makes no file", async () => {
  await using dir = new TempDir();
  const path = dir.file("s");
  for (
    const options of [
      { maxBodyLenRead: -1 },
      { maxInboxMessages: 0 },
      { drainTimeout: -1 },
      { authorizeTimeout: -1 },
      { mode: 0o1000 },
    ]
  ) {
    await assertRejects(() => bind(`unix:${path}`, options), RangeError);
    await assertRejects(() => unix.bind(path, options), RangeError);
    assertEquals(exists(path), false);
  }
});

testWith(
  "ffi",
  "listen takes the place of a stale socket with FFI",
  async () => {
    await using dir = new TempDir();
    const path = await dir.stale();
    await using listener = listen(`unix:${path}`);
    await assertConnects(listener, () => connect(`unix:${path}`));
  },
);

for (const ffi of [false, true]) {
  testWith(
    ffi ? "ffi" : "unix",
    `a live socket or another file is never replaced, ${
      ffi ? "with" : "without"
    } FFI`,
    async () => {
      await using dir = new TempDir();
      const path = dir.file("live");
      await using listener = listen(`unix:${path}`);
      const file = dir.file("file");
      Deno.writeTextFileSync(file, "precious");
      for (const taken of [path, file]) {
        assertThrows(() => listen(`unix:${taken}`), AddrInUse);
        await assertRejects(
          () => Listener.bind(UnixStreamTransport, taken),
          AddrInUse,
        );
        await assertRejects(() => bind(`unix:${taken}`), AddrInUse);
      }
      assertEquals(Deno.readTextFileSync(file), "precious");
      // Probes came and went: each was a connection.
      const probes = ffi ? 3 : 2;
      for (let i = 0; i < probes; i++) {
        await using probe = await listener.accept();
        assertEquals(await probe.recvMessage(), null);
      }
      await assertConnects(listener, () => connect(`unix:${path}`));
    },
    ffi ? {} : { permissions: NO_FFI },
  );
}
