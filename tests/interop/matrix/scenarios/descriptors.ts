import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  FileDescriptor,
  type PeerHandle,
  type UnixBody,
} from "../../../../mod.ts";
import { rejectsWith } from "../../../support/expect.ts";
import type { TestPeer } from "../../../support/scene.ts";
import { ECHO, READ_FDS, SEND_FDS } from "../../support/services.ts";
import type { Scenario } from "../scenario.ts";
import type { Scene } from "../scene.ts";
import type { MatrixTransport } from "../transports.ts";

/** What the native one lets pass where 10 are configured. */
const NATIVE_MOST = 44;

const datagrams = ({ datagrams }: MatrixTransport): boolean => datagrams;

export const descriptors: Scenario = {
  name: "descriptors arrive usable, both ways",
  where: datagrams,

  async toNative(scene) {
    const [peer, native] = await scene.toNative();
    const unix = withDescriptors(peer);
    for (const count of [1, 3, 10]) {
      using files = await open(scene, count);
      const read = await unix.call(READ_FDS, { data: "", fds: files.fds });
      assertEquals(read.text(), texts(count).join(", "));

      using sent = (await unix.call(SEND_FDS, String(count))).body;
      assertEquals(await readAll(sent.fds), texts(count));

      // There and back again, and still the same files.
      using echo = (await unix.call(ECHO, { data: "x", fds: files.fds })).body;
      assertEquals(echo.text(), "x");
      assertEquals(inodes(echo.fds), inodes(files.fds));
    }
    await scene.endToNative(peer, native);
  },

  async fromNative(scene) {
    for (const count of [1, 3, 10]) {
      await offer(scene, `read-fds:${count}`, {}, [
        `${count} of ${count}`,
        texts(count).join(", "),
      ]);
      await offer(scene, `send-fds:${count}`, {}, [
        `response ${READ_FDS}: ${texts(count).join(", ")}`,
        `response ${ECHO}: still here`,
      ]);
    }
  },
};

/** It sizes a buffer by its limit, which has room for more, and never looks again. */
export const tooManyDescriptors: Scenario = {
  name: "more descriptors than configured pass there and are refused here " +
    "[native: 44 pass a limit of 10, and what is beyond is lost]",
  where: datagrams,

  async toNative(scene) {
    const [peer, native] = await scene.toNative({ maxFdsWrite: 60 });
    const unix = withDescriptors(peer);
    for (const count of [11, NATIVE_MOST, NATIVE_MOST + 1, 60]) {
      using files = await open(scene, count);
      const read = await unix.call(READ_FDS, { data: "", fds: files.fds });
      const passed = texts(Math.min(count, NATIVE_MOST));
      assertEquals(read.text(), passed.join(", "));
    }
    // It sends 44 as well; here the limit holds.
    const tooMany = () => unix.call(SEND_FDS, String(NATIVE_MOST));
    const error = await rejectsWith("too-many-fds", tooMany);
    assertEquals([error.fatal, error.limit], [false, 10]);
    using ten = (await unix.call(SEND_FDS, "10")).body;
    assertEquals(await readAll(ten.fds), texts(10));
    await peer.close();
    await native.hangUp();
    assertEquals((await native.end())[1], 0);
  },

  async fromNative(scene) {
    const most = NATIVE_MOST;
    await offer(scene, `read-fds:${most}`, { maxFdsWrite: most }, [
      `${most} of ${most}`,
      texts(most).join(", "),
    ]);
    await offer(scene, `send-fds:${most}`, { maxFdsRead: most }, [
      `response ${READ_FDS}: ${texts(most).join(", ")}`,
      `response ${ECHO}: still here`,
    ]);
    const [peer, native] = await scene.fromNative("ask:send-fds:11");
    await serve(scene, peer);
    const [lines, code] = await native.end();
    assertMatch(lines[0]!, /^error: .*descriptors/);
    assertEquals([lines[1], code], [`response ${ECHO}: still here`, 0]);
    assertEquals(peer.stats().errors, 1);
  },
};

/** The same peer, where a body has descriptors. */
function withDescriptors(peer: TestPeer): PeerHandle<UnixBody, unknown> {
  return peer as unknown as PeerHandle<UnixBody, unknown>;
}

/** Has a native client ask for descriptors. */
async function offer(
  scene: Scene,
  script: string,
  options: { maxFdsRead?: number; maxFdsWrite?: number },
  expected: readonly string[],
): Promise<void> {
  const [peer, native] = await scene.fromNative(`ask:${script}`, options);
  await serve(scene, peer);
  await scene.endFromNative(peer, native, [...expected, "done"]);
}

async function serve(scene: Scene, peer: TestPeer): Promise<void> {
  await withDescriptors(peer).serve({
    [ECHO]: (_request, body) => body.data,
    [READ_FDS]: async (_request, body) => {
      using received = body;
      return (await readAll(received.fds)).join(", ");
    },
    [SEND_FDS]: async (request, body) => {
      using files = await open(scene, Number(body.text()));
      await request.sendResponse(SEND_FDS, { ...files, data: body.data });
    },
  });
}

/** What is in each, as the native side writes it too. */
function texts(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `descriptor ${i}`);
}

/** Opens files with these texts; disposing closes them. */
async function open(
  scene: Scene,
  count: number,
): Promise<{ fds: FileDescriptor[] } & Disposable> {
  const folder = await scene.folder();
  const fds: FileDescriptor[] = [];
  for (const [i, text] of texts(count).entries()) {
    await Deno.writeTextFile(`${folder}/${i}`, text);
    fds.push(FileDescriptor.open(`${folder}/${i}`, "r"));
  }
  return { fds, [Symbol.dispose]: () => fds.forEach((fd) => fd.close()) };
}

async function readAll(fds: readonly FileDescriptor[]): Promise<string[]> {
  const found: string[] = [];
  for (const fd of fds) {
    using file = await fd.toFile();
    found.push(await new Response(file.readable).text());
  }
  return found;
}

function inodes(fds: readonly FileDescriptor[]): (number | null)[] {
  return fds.map((fd) => {
    const { ino } = fd.stat();
    assert(ino !== null);
    return ino;
  });
}
