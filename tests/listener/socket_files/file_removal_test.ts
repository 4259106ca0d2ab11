/** A listener that closes removes its own file, and no other. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  type Acceptor,
  Peer,
  SharedRingTransport,
  type SocketAddr,
  type Transport,
  type UnixBody,
  UnixSeqpacketTransport,
  UnixStreamTransport,
} from "../../../mod.ts";
import { type Permission, testWith } from "../../support/permissions.ts";
import { untilRefused } from "../../support/refused.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { runDeno } from "../../support/processes/run_deno.ts";

type AnyAcceptor = Acceptor<
  Transport<UnixBody, unknown> | Transport,
  SocketAddr
>;

/** Where Deno knows the path it would remove whatever is there. */
const KINDS: Record<string, (path: string) => AnyAcceptor> = {
  "unix": (path) => UnixStreamTransport.listen(path),
  "a wrapped Unix listener": (path) =>
    UnixStreamTransport.wrap(Deno.listen({ transport: "unix", path })),
  "unix+seqpacket": (path) => UnixSeqpacketTransport.listen(path),
  "unix+shm": (path) => SharedRingTransport.listen(path),
};

function connectTo(kind: string, path: string): Promise<AsyncDisposable> {
  return kind === "unix+seqpacket"
    ? Peer.connect(UnixSeqpacketTransport, path)
    : kind === "unix+shm"
    ? Peer.connect(SharedRingTransport, path)
    : Peer.connect(UnixStreamTransport, path);
}

function names(dir: TempDir): string[] {
  return [...Deno.readDirSync(dir.path)].map(({ name }) => name).sort();
}

/** Fails unless an acceptor is reached by its path. */
async function assertReached(
  kind: string,
  acceptor: AnyAcceptor,
  path: string,
): Promise<void> {
  const accepting = acceptor.accept();
  const client = await connectTo(kind, path);
  (await accepting).close();
  await client[Symbol.asyncDispose]();
}

for (const [kind, open] of Object.entries(KINDS)) {
  const needs: Permission = kind.startsWith("unix+") ? "ffi" : "unix";
  const test = (
    name: string,
    fn: (dir: TempDir, path: string) => Promise<void>,
  ): void => {
    testWith(needs, `${kind}: ${name}`, async () => {
      await using dir = new TempDir();
      await fn(dir, dir.file("s"));
    });
  };

  test("a listener has one file, and takes it along", async (dir, path) => {
    const acceptor = open(path);
    assertEquals(names(dir), ["s"]);
    assertEquals("path" in acceptor.addr && acceptor.addr.path, path);
    await assertReached(kind, acceptor, path);
    await acceptor.close();
    assertEquals(names(dir), []);
  });

  for (const waiting of [false, true]) {
    const while_ = waiting ? ", while it accepts" : "";
    test(`the file of another listener stays${while_}`, async (dir, path) => {
      const old = open(path);
      Deno.renameSync(path, `${path}.old`);
      const young = open(path);
      const accepting = waiting ? old.accept().catch(() => {}) : null;
      await old.close();
      await accepting;
      await assertReached(kind, young, path);
      assertEquals(names(dir), ["s", "s.old"]);
      await young.close();
      assertEquals(names(dir), ["s.old"]);
      await untilRefused(() => connectTo(kind, `${path}.old`));
    });
  }

  test("a file of another kind stays", async (dir, path) => {
    const acceptor = open(path);
    Deno.removeSync(path);
    Deno.writeTextFileSync(path, "text");
    await acceptor.close();
    assertEquals(Deno.readTextFileSync(path), "text");
    assertEquals(names(dir), ["s"]);
  });

  // Deno.listen replaces none.
  if (!kind.includes("wrapped")) {
    test("a file that is left over is replaced", async (dir, path) => {
      const left = await dir.stale();
      Deno.renameSync(left, path);
      const acceptor = open(path);
      await assertReached(kind, acceptor, path);
      await acceptor.close();
      assertEquals(names(dir), []);
    });
  }

  test("a file that is gone is no error", async (dir, path) => {
    const acceptor = open(path);
    Deno.removeSync(path);
    await acceptor.close();
    assertEquals(names(dir), []);
  });

  test("a file that is in the way is left alone", (dir, path) => {
    Deno.writeTextFileSync(path, "text");
    assertThrows(() => open(path), Deno.errors.AddrInUse);
    assertEquals(Deno.readTextFileSync(path), "text");
    assertEquals(names(dir), ["s"]);
    return Promise.resolve();
  });
}

const CHILD = new URL("file_removal_child.ts", import.meta.url).href;

/** What is in the folder after a child has closed its listener, and what it said. */
async function closedInChild(
  dir: TempDir,
  flags: string[],
  ...args: string[]
): Promise<string> {
  const { stdout, stderr } = await runDeno(
    ["run", ...flags, "--no-prompt", "--no-check", "-q", CHILD, ...args],
    { cwd: dir.path },
  );
  return stdout.trim() || stderr;
}

for (const kind of ["unix", "wrapped", "seqpacket", "rings"]) {
  testWith(
    "all",
    `${kind}: a relative path is that of the beginning, wherever the program has gone`,
    async () => {
      await using dir = new TempDir();
      Deno.mkdirSync(dir.file("elsewhere"));
      Deno.writeTextFileSync(dir.file("elsewhere/s"), "text");
      const said = await closedInChild(dir, ["-A"], kind, "s", "elsewhere");
      assertEquals(said, "closed");
      assertEquals(names(dir), ["elsewhere"]);
      assertEquals(Deno.readTextFileSync(dir.file("elsewhere/s")), "text");
    },
  );
}

/** Permissions for one path alone. */
function scoped(path: string): string[] {
  return [
    `--allow-read=${path}`,
    `--allow-write=${path}`,
    `--allow-net=unix:${path}`,
  ];
}

testWith(
  "all",
  "with permissions for its path alone, its file goes",
  async () => {
    await using dir = new TempDir();
    const path = dir.file("s");
    assertEquals(
      await closedInChild(dir, scoped(path), "unix", path),
      "closed",
    );
    assertEquals(names(dir), []);
  },
);

testWith(
  "all",
  "with permissions for its path alone, a file of another can't be kept, which is told",
  async () => {
    await using dir = new TempDir();
    const path = dir.file("s");
    const flags = scoped(path);
    const said = await closedInChild(dir, flags, "unix", path, "", "replace");
    assertEquals(
      said,
      `Closing the listener on ${path} has removed a file that isn't its own: Deno does so, and keeping it takes --allow-read and --allow-write for the directory`,
    );
  },
);
