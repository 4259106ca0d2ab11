/** What the other side can write into a ring, and what it ends with. */
import { assert, assertEquals } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { recordType, writeHead } from "../../transports/shared_ring/record.ts";
import { Prng } from "../fuzz/prng.ts";
import { readError, RecordPair } from "./support/records.ts";

/** What a bad record ends the connection with. */
const CODES = new Set([
  "invalid-message-type",
  "invalid-shared-memory",
  "message-too-short",
]);

/** A reader whose other side is the test, which may write anything. */
class Scene extends RecordPair {
  /** Publishes a head, and so many bytes behind it. */
  head(length: number, type: number, count = 0, behind = 0): void {
    const { memory, writer } = this.ring;
    writeHead(memory, writer.position, 0, type, count, 0, true);
    memory.view.setUint32(writer.position, length, true);
    this.publish(16 + behind);
  }

  publish(length: number): void {
    this.ring.writer.add(length);
    this.ring.writer.publish();
  }

  /** The code and whether it is fatal, of what reading ends with. */
  end(): [string, boolean] {
    const { code, fatal } = readError(() => this.read());
    return [code, fatal];
  }
}

Deno.test("lengths below the header's end the connection, and so does a hole", () => {
  for (const length of [0, 1, 11]) {
    const scene = new Scene();
    if (length > 0) scene.head(length, 0);
    else scene.publish(16);
    assertEquals(scene.end(), ["message-too-short", true], `${length}`);
    // And again.
    assertEquals(scene.end(), ["message-too-short", true]);
  }
});

Deno.test("unknown types end the connection", () => {
  for (const type of [5, 255, 2 ** 31, 0xffff_0000, 0xffff_0006, 2 ** 32 - 1]) {
    const scene = new Scene();
    scene.head(12, type);
    assertEquals(scene.end(), ["invalid-message-type", true], `${type}`);
  }
});

Deno.test("what is no message has no body", () => {
  for (const type of Object.values(recordType)) {
    const scene = new Scene();
    scene.head(13, type, 1);
    assertEquals(scene.end(), ["invalid-message-type", true], `${type}`);
  }
});

Deno.test("a skip beyond what is published ends the connection", () => {
  const scene = new Scene();
  scene.head(12, recordType.SKIP);
  assertEquals(scene.end(), ["invalid-shared-memory", true]);
});

Deno.test("nothing but a message follows descriptors", () => {
  for (const type of Object.values(recordType)) {
    const scene = new Scene();
    scene.head(12, recordType.DESCRIPTORS, 1);
    scene.head(12, type, 1, 4096 - 32);
    assertEquals(scene.end(), ["invalid-message-type", true]);
  }
});

Deno.test("a body over the limit is dropped, and the next message comes", () => {
  const scene = new Scene(4096, { maxBodyLenRead: 100 });
  scene.head(12 + 101, 0, 7, 112);
  scene.head(12 + 100, 0, 8, 112);
  const [refused, next] = scene.read();
  assert(refused instanceof RpcError && next !== undefined && "body" in next);
  assertEquals([refused.code, refused.fatal, refused.requestId], [
    "payload-too-large",
    false,
    7,
  ]);
  assertEquals(next.header.requestId, 8);
});

Deno.test("an absurd length takes no memory, and nothing is read outside of the ring", () => {
  for (const maxBodyLenRead of [4096, 2 ** 30]) {
    const scene = new Scene(4096, { maxBodyLenRead });
    scene.head(2 ** 32 - 1, 0);
    const [item] = scene.read();
    // Where the limit allows it, what came of it waits for the rest.
    if (maxBodyLenRead === 4096) {
      assert(item instanceof RpcError && !item.fatal);
    }
    scene.head(12 + 2 ** 30, 0);
    scene.read();
    for (let i = 0; i < 20; i++) {
      scene.publish(4096);
      scene.read();
    }
    assert(scene.reader.partial);
    assertEquals(scene.reader.end()?.code, "connection-aborted");
  }
});

Deno.test("a message that is cut off is told from a clean end", () => {
  const scene = new Scene();
  assertEquals(scene.reader.end(), null);
  scene.head(12 + 100, 0, 0, 48);
  scene.read();
  assert(scene.reader.partial);
  const error = scene.reader.end();
  assertEquals([error?.code, error?.fatal], ["connection-aborted", true]);
});

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  Deno.test(`garbage in the ring and its indices, seed ${seed}`, () => {
    const prng = new Prng(seed);
    const ends: Record<string, number> = {};
    for (let i = 0; i < 400; i++) {
      const scene = new Scene(4096, { maxBodyLenRead: prng.int(0, 8192 - 1) });
      const { memory } = scene.ring;
      try {
        for (let round = 0; round < 20; round++) {
          for (let n = prng.int(0, 64 - 1); n > 0; n--) {
            const small = prng.int(0, 3 - 1) > 0;
            memory.view.setUint32(
              4 * prng.int(0, 1024 - 1),
              small ? prng.int(0, 300 - 1) : prng.uint32(),
              true,
            );
          }
          const wild = prng.int(0, 20 - 1) === 0;
          const length = wild ? prng.uint32() : 16 * prng.int(0, 100 - 1);
          memory.control[0] = memory.control[0]! + length;
          for (const item of scene.read()) {
            if (item instanceof RpcError) assert(!item.fatal);
            else assert(item.body.data.buffer !== memory.bytes.buffer);
          }
        }
      } catch (error) {
        assert(error instanceof RpcError && error.fatal, String(error));
        ends[error.code] = (ends[error.code] ?? 0) + 1;
      }
    }
    const codes = Object.keys(ends);
    assert(
      codes.length > 1 && codes.every((code) => CODES.has(code)),
      `${codes}`,
    );
  });
}
