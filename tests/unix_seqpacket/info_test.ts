/** Credentials, authorize, and the socket file. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  connect,
  type Credentials,
  listen,
  UnixSeqpacketTransport,
} from "../../mod.ts";
import { encodeSockaddrUn } from "../../transports/unix/socket_path.ts";
import { untilStale } from "../support/refused.ts";
import { RawSocket } from "./support/raw_socket.ts";
import {
  datagram,
  nextStream,
  type Scene,
  sceneTest,
} from "./support/scene.ts";
import { exists } from "../support/files/exists.ts";

const { AddrInUse } = Deno.errors;
const SOCK_STREAM = 1;
const SOCK_SEQPACKET = 5;

/** This process, as the kernel tells it of one end to the other. */
function self(): Credentials {
  return { uid: Deno.uid()!, gid: Deno.gid()!, pid: Deno.pid };
}

/** A raw socket of a type that listens on a path. */
function bound(
  scene: Scene,
  path: string,
  type: number,
): RawSocket {
  const { socket, bind, listen } = scene.libc.symbols;
  const fd = scene.libc.ok(socket(1, type | 0o2000000, 0));
  const raw = scene.use(new RawSocket(scene.libc, fd));
  const address = encodeSockaddrUn(path);
  scene.libc.ok(bind(fd, address, address.length));
  scene.libc.ok(listen(fd, 4));
  return raw;
}

/** A socket file that nobody listens on any more. */
async function stale(scene: Scene, path: string, type: number): Promise<void> {
  bound(scene, path, type).close();
  await untilStale(path);
}

/** Fails unless a message gets through, and closes everything. */
async function assertListens(path: string, options = {}): Promise<void> {
  await using listener = listen(`unix+seqpacket:${path}`, options);
  const [client, server] = await Promise.all([
    connect(listener.addr),
    listener.accept(),
  ]);
  await client.sendStream(1, "hello");
  assertEquals((await nextStream(server)).text(), "hello");
  await Promise.all([client.close(), server.close()]);
}

sceneTest("Both ends know who is at the other one", async (scene) => {
  await using listener = listen(`unix+seqpacket:${scene.dir}/s`);
  await using client = await connect(listener.addr);
  await using server = await listener.accept();
  assertEquals(client.info.credentials, self());
  assertEquals(server.info.credentials, self());
  const [a, b] = scene.pair();
  assertEquals(a.info.credentials, self());
  assertEquals(b.info.credentials, self());
});

sceneTest(
  "authorize refuses before a byte is read, and others get on",
  async (scene) => {
    const path = `${scene.dir}/s`;
    const asked: unknown[] = [];
    let received = -1;
    await using listener = listen(`unix+seqpacket:${path}`, {
      authorize: (info) => {
        asked.push(info);
        return asked.length > 1;
      },
      onError: () => {},
    });
    const accepting = listener.accept();
    const { socket, connect: connectRaw } = scene.libc.symbols;
    const fd = scene.libc.ok(socket(1, SOCK_SEQPACKET | 0o2000000, 0));
    const raw = scene.use(new RawSocket(scene.libc, fd));
    const address = encodeSockaddrUn(path);
    scene.libc.ok(connectRaw(fd, address, address.length));
    raw.send(datagram(9, 0, 0, "bad, if anybody read it"));
    // Unread data makes the close a reset: nobody has read it.
    const end = await raw.recv().catch((error) => error);
    assert(end instanceof Error && end.message.includes("104"), `${end}`);
    await using client = await connect(listener.addr);
    await using server = await accepting;
    received = server.stats().bytesReceived;
    assertEquals(asked, [{ credentials: self() }, { credentials: self() }]);
    assertEquals(received, 0);
    await client.sendStream(1, "let in");
    assertEquals((await nextStream(server)).text(), "let in");
  },
);

sceneTest("authorize refuses on the connecting side too", async (scene) => {
  await using listener = listen(`unix+seqpacket:${scene.dir}/s`);
  const accepting = listener.accept();
  await assertRejects(
    () =>
      connect(listener.addr, {
        authorize: ({ credentials }) => credentials?.pid !== Deno.pid,
      }),
    Deno.errors.PermissionDenied,
  );
  await using server = await accepting;
  assertEquals(await server.recvMessage(), null);
});

// The umask is looked at by children/umask.ts: it is the process's.
sceneTest("The mode of the file is as asked for", async (scene) => {
  for (const mode of [0o600, 0o660, 0o666, 0o777, 0o700, 0]) {
    const path = `${scene.dir}/${mode}`;
    await using _listener = listen(`unix+seqpacket:${path}`, { mode });
    assertEquals(Deno.lstatSync(path).mode! & 0o777, mode);
  }
});

sceneTest("A stale socket file of either type is replaced", async (scene) => {
  for (const type of [SOCK_STREAM, SOCK_SEQPACKET]) {
    const path = `${scene.dir}/stale${type}`;
    await stale(scene, path, type);
    await assertListens(path);
    assertEquals(exists(path), false);
    await stale(scene, path, type);
    await assertListens(path, { mode: 0o600 });
  }
});

sceneTest("A live socket of either type is refused", (scene) => {
  for (const type of [SOCK_STREAM, SOCK_SEQPACKET]) {
    const path = `${scene.dir}/live${type}`;
    bound(scene, path, type);
    assertThrows(
      () => listen(`unix+seqpacket:${path}`),
      AddrInUse,
      "something listens",
    );
    assertEquals(exists(path), true);
  }
});

sceneTest("A file that is no socket is refused, and left", (scene) => {
  const path = `${scene.dir}/file`;
  Deno.writeTextFileSync(path, "precious");
  assertThrows(() => listen(`unix+seqpacket:${path}`), AddrInUse, "no socket");
  assertEquals(Deno.readTextFileSync(path), "precious");
  const link = `${scene.dir}/link`;
  Deno.symlinkSync(path, link);
  assertThrows(() => listen(`unix+seqpacket:${link}`), AddrInUse, "no socket");
  assertThrows(() => listen(`unix+seqpacket:${scene.dir}`), AddrInUse);
  assertEquals(Deno.readTextFileSync(path), "precious");
});

sceneTest("Closing a listener removes its own file only", async (scene) => {
  const path = `${scene.dir}/s`;
  const first = listen(`unix+seqpacket:${path}`);
  Deno.removeSync(path);
  await using second = listen(`unix+seqpacket:${path}`);
  await first[Symbol.asyncDispose]();
  assertEquals(exists(path), true);
  await using client = await connect(second.addr);
  await using _server = await second.accept();
  await client.sendStream(1, "still there");
  const third = listen(`unix+seqpacket:${path}2`);
  Deno.removeSync(`${path}2`);
  await third[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
  assertEquals(exists(path), false);
});

sceneTest("A file made in its place is left alone", async (scene) => {
  const path = `${scene.dir}/s`;
  const listener = listen(`unix+seqpacket:${path}`);
  Deno.removeSync(path);
  Deno.writeTextFileSync(path, "somebody else's");
  await listener[Symbol.asyncDispose]();
  assertEquals(Deno.readTextFileSync(path), "somebody else's");
});

sceneTest("An abstract name works, and leaves no file", async () => {
  const name = `\0rpc-test-${crypto.randomUUID()}`;
  // Each has its own: what is being started beside holds a closed one for a moment.
  await assertListens(`${name}-1`);
  await assertListens(`${name}-2`, { mode: 0o600 });
  await using listener = listen({ transport: "unix-seqpacket", path: name });
  assertEquals(listener.addr.path, name);
  assertThrows(() => UnixSeqpacketTransport.listen(name), AddrInUse);
});
