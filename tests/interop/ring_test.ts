/** A client in C, written by `docs/shared_ring.md` alone, against a server of ours. */
import { assertEquals } from "@std/assert";
import { listen, SharedMemoryPool } from "../../mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { PERMISSIONS, testUnless } from "../support/permissions.ts";

const SOURCE = new URL("./ring/client.c", import.meta.url).pathname;

/** Runs a program to its end: what it printed, or null if there is no such program. */
async function run(
  program: string,
  args: string[],
): Promise<{ code: number; out: string } | null> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout) + decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function whyNoCompiler(): Promise<string | null> {
  if (!PERMISSIONS.all.granted) return PERMISSIONS.all.flag;
  return await run("cc", ["--version"]) === null ? "cc, a C compiler" : null;
}

const missing = await whyNoCompiler();

testUnless(
  missing,
  "a client in C calls over rings, and sends and takes a frame",
  async () => {
    using dir = new TempDir();
    const program = dir.file("client");
    const built = await run("cc", ["-O2", "-Wall", "-o", program, SOURCE]);
    assertEquals(built, { code: 0, out: "" });
    const path = dir.file("s");
    const limits = { maxBodyLenRead: 300_000, maxBodyLenWrite: 300_000 };
    await using listener = listen(`unix+shm:${path}`, limits);
    let bytes = 0;
    let frame = 0;
    const served = listener.accept().then(async (peer) => {
      using pool = new SharedMemoryPool(peer);
      await peer.serve({
        1: (_request, body) => {
          bytes += body.data.length;
          return body;
        },
        // A frame, which isn't under the limits of bodies.
        2: async (request, body) => {
          frame = body.data.length;
          using lease = pool.lend(frame);
          lease.bytes.set(body.data);
          // The client waits for that.
          body[Symbol.dispose]();
          await request.sendResponse(2, lease);
        },
      });
      return await peer.closed;
    });
    const ended = await run(program, [path, "1000"]);
    assertEquals(ended, { code: 0, out: `1000 calls, ${bytes} bytes\n` });
    assertEquals(await served, null);
    assertEquals(frame, 300_000);
  },
);

testUnless(
  missing,
  "a client in C is told why it is refused",
  async () => {
    using dir = new TempDir();
    const program = dir.file("client");
    await run("cc", ["-O2", "-o", program, SOURCE]);
    const path = dir.file("s");
    await using listener = listen(`unix+shm:${path}`, { maxRingSize: 4096 });
    const served = listener.accept().then((peer) => peer.closed);
    const ended = await run(program, [path, "1"]);
    assertEquals(ended?.code, 1);
    assertEquals(
      ended?.out,
      "refused: Rings of 65536 bytes are over maxRingSize of the side that accepts, which is 4096\n",
    );
    assertEquals((await served)?.code, "invalid-shared-memory");
  },
);
