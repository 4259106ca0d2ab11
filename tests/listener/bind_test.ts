/** `Listener.bind`, and what is there already. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  connect,
  listen,
  Listener,
  Peer,
  TcpTransport,
  UnixStreamTransport,
} from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { exists } from "../support/exists.ts";
import { assertConnects, TempDir } from "./support.ts";

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
    assert(error.message.includes("Listener.bind"), error.message);
    assert(exists(path));
    await using listener = await Listener.bind(UnixStreamTransport, path);
    await assertConnects(listener, () => connect(`unix:${path}`));
  },
  { permissions: NO_FFI },
);

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
      }
      assertEquals(Deno.readTextFileSync(file), "precious");
      // Probes came and went: each was a connection.
      const probes = ffi ? 2 : 1;
      for (let i = 0; i < probes; i++) {
        await using probe = await listener.accept();
        assertEquals(await probe.recvMessage(), null);
      }
      await assertConnects(listener, () => connect(`unix:${path}`));
    },
    ffi ? {} : { permissions: NO_FFI },
  );
}
