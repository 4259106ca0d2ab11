import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { ffiGranted } from "../../transports/libc/libc.ts";
import { encodeSockaddrUn } from "../../transports/unix/socket_path.ts";
import {
  isStaleSocket,
  isStaleSocketSync,
  removeStaleSocket,
  removeStaleSocketSync,
} from "../../transports/unix/stale_socket.ts";
import { connect, libcListener, listen, Scene } from "./scene.ts";
import { exists } from "../support/files/exists.ts";

const { AddrInUse } = Deno.errors;
const ignore = !ffiGranted();
const WITHOUT_FFI = { read: "inherit", write: "inherit", net: "inherit" };

/** Both probes; the synchronous one is left out where FFI isn't granted. */
async function assertStale(path: string, stale: boolean): Promise<void> {
  assertEquals(isStaleSocketSync(path), ignore ? undefined : stale);
  assertEquals(await isStaleSocket(path), stale);
}

async function assertInUse(path: string, why: string): Promise<void> {
  assertStringIncludes(
    (await assertRejects(() => removeStaleSocket(path), AddrInUse)).message,
    why,
  );
  if (!ignore) {
    assertStringIncludes(
      assertThrows(() => removeStaleSocketSync(path), AddrInUse).message,
      why,
    );
  }
  assert(exists(path));
}

testWith(
  "unix",
  "a socket that nobody listens on is stale, and removed",
  async () => {
    await using scene = new Scene();
    const path = await scene.stale();
    await assertStale(path, true);
    await removeStaleSocket(path);
    assertEquals(exists(path), false);
  },
);

testWith("all", "a stale socket is removed synchronously", async () => {
  await using scene = new Scene();
  const path = await scene.stale();
  removeStaleSocketSync(path);
  assertEquals(exists(path), false);
});

testWith("unix", "a live socket stays", async () => {
  await using scene = new Scene();
  const path = scene.path("s");
  using _listener = listen(path);
  await assertStale(path, false);
  await assertInUse(path, "something listens on it");
});

testWith("all", "a live seqpacket socket stays", async () => {
  await using scene = new Scene();
  const path = scene.path("s");
  using _listener = libcListener(path, 5, 1);
  await assertStale(path, false);
  await assertInUse(path, "something listens on it");
});

testWith("all", "a live socket with a full backlog stays", async () => {
  await using scene = new Scene();
  const path = scene.path("s");
  using _listener = libcListener(path, 1, 0);
  using _waiting = await connect(path);
  await assertStale(path, false);
  await assertInUse(path, "something listens on it");
});

testWith("unix", "a file that is no socket stays", async () => {
  await using scene = new Scene();
  const path = scene.path("file");
  Deno.writeTextFileSync(path, "");
  await assertInUse(path, "it is no socket");
  await assertInUse(scene.dir, "it is no socket");
});

testWith("unix", "a link to a stale socket stays", async () => {
  await using scene = new Scene();
  const path = scene.path("link");
  Deno.symlinkSync(await scene.stale(), path);
  await assertInUse(path, "it is no socket");
});

testWith("unix", "where nothing is, nothing is removed", async () => {
  await using scene = new Scene();
  const path = scene.path("none");
  await assertStale(path, false);
  for (const name of [path, scene.path("none/none"), "\0fizyr-rpc-none"]) {
    removeStaleSocketSync(name);
    await removeStaleSocket(name);
  }
});

testWith(
  "unix",
  "a socket that takes the place of a stale one stays",
  async () => {
    await using scene = new Scene();
    const path = await scene.stale();
    using _listener = listen(scene.path("new"));
    const removed = removeStaleSocket(path);
    Deno.renameSync(scene.path("new"), path);
    await assertRejects(() => removed, AddrInUse);
    assert(exists(path));
  },
);

testWith("unix", "without FFI, Listener.bind is recommended", async () => {
  await using scene = new Scene();
  const path = await scene.stale();
  assertEquals(isStaleSocketSync(path), undefined);
  const error = assertThrows(() => removeStaleSocketSync(path), AddrInUse);
  assertStringIncludes(error.message, "Listener.bind");
}, { permissions: WITHOUT_FFI as Deno.PermissionOptionsObject });

for (const paths of [{}, { read: true }, { write: true }]) {
  testWith(
    "all",
    `FFI isn't used for a path of which ${JSON.stringify(paths)} is granted`,
    () => {
      assertEquals(isStaleSocketSync("none"), undefined);
    },
    { permissions: { ffi: true, ...paths } },
  );
}

testWith("all", "FFI is used for a path that is granted", () => {
  assertEquals(isStaleSocketSync("none"), false);
}, { permissions: { ffi: true, read: true, write: true } });

Deno.test("a path that doesn't fit a Unix socket is a TypeError", () => {
  assertEquals(encodeSockaddrUn("é".repeat(53) + "x").length, 2 + 107 + 1);
  assertEquals(encodeSockaddrUn("\0" + "x".repeat(107)).length, 2 + 108);
  const error = assertThrows(() => encodeSockaddrUn("é".repeat(54)), TypeError);
  assertStringIncludes(error.message, "107 bytes, and this one has 108");
  assertThrows(() => encodeSockaddrUn("a\0b"), TypeError);
  assertThrows(() => encodeSockaddrUn(""), TypeError);
});
