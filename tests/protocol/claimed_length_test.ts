import { assertEquals, assertLessOrEqual } from "@std/assert";
import { MAX_PAYLOAD_LEN } from "../../protocol/mod.ts";
import { type Bytes, decoderOf, FEEDS, readInto } from "./support.ts";
import { STREAM_INVALID } from "./vectors.ts";

const KIB = 1024;
const MAX_SLAB = 256 * KIB;

/** Length and header of a frame with a body of so many bytes. */
function head(bodyLen: number): Bytes {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, 12 + bodyLen, true);
  return bytes;
}

Deno.test("No refused frame makes the decoder allocate what its length claims", () => {
  for (const { name, endian, bytes } of STREAM_INVALID) {
    for (const [how, feed] of FEEDS) {
      const decoder = decoderOf({ endian });
      feed(decoder, bytes);
      assertLessOrEqual(
        decoder.space().buffer.byteLength,
        4 * KIB,
        `${name}, ${how}`,
      );
    }
  }
});

Deno.test("A claim of 4 GiB that the limit allows gets 64 KiB at first", () => {
  for (const [how, feed] of FEEDS) {
    const decoder = decoderOf({ maxBodyLenRead: MAX_PAYLOAD_LEN });
    assertEquals(feed(decoder, head(MAX_PAYLOAD_LEN)), []);
    assertEquals(decoder.error, null, how);
    assertEquals(decoder.partial, true, how);
    assertLessOrEqual(decoder.space().buffer.byteLength, 64 * KIB, how);
  }
});

Deno.test("A body's buffer never exceeds 64 KiB or 64 times what has arrived of it", () => {
  const piece = new Uint8Array(1000);
  for (const [how, feed] of FEEDS) {
    const decoder = decoderOf({ maxBodyLenRead: MAX_PAYLOAD_LEN });
    feed(decoder, head(MAX_PAYLOAD_LEN));
    for (let arrived = 0; arrived < 200 * KIB; arrived += piece.length) {
      const { byteLength } = decoder.space().buffer;
      assertLessOrEqual(byteLength, Math.max(64 * KIB, 64 * arrived), how);
      assertEquals(feed(decoder, piece), [], how);
    }
  }
});

Deno.test("A body's buffer is never larger than the body, and is the body in the end", () => {
  const bodyLen = 100 * KIB + 1;
  const decoder = decoderOf({ maxBodyLenRead: bodyLen });
  const bytes = new Uint8Array(16 + bodyLen);
  bytes.set(head(bodyLen));
  for (let pos = 0; pos < bytes.length;) {
    pos += 5000;
    const [message] = decoder.push(bytes.slice(pos - 5000, pos));
    if (message === undefined) {
      assertLessOrEqual(decoder.space().buffer.byteLength, bodyLen);
    } else {
      assertEquals(message.body.data.length, bodyLen);
      assertEquals(message.body.data.buffer.byteLength, bodyLen);
    }
  }
  assertEquals(decoder.partial, false);
});

Deno.test("An idle decoder holds 4 KiB at most", () => {
  assertLessOrEqual(decoderOf().space().buffer.byteLength, 4 * KIB);
});

Deno.test("The slab grows to 256 KiB while reads fill it, and shrinks when they don't", () => {
  const decoder = decoderOf();
  const frames = new Uint8Array(16 * 64 * KIB);
  for (let pos = 0; pos < frames.length; pos += 16) frames[pos] = 12;
  let largest = 0;
  for (let pos = 0, round = 0; round < 12; round++) {
    largest = Math.max(largest, decoder.space().buffer.byteLength);
    const n = readInto(decoder, frames.subarray(pos));
    decoder.commit(n);
    // The next read goes on inside the frame that this one has cut.
    pos = (pos + n) % 16;
  }
  assertEquals(largest, MAX_SLAB);

  const frame = frames.subarray(0, 16);
  assertEquals(decoder.partial, false);
  for (let i = 0; i < 40_000; i++) decoder.commit(readInto(decoder, frame));
  assertLessOrEqual(decoder.space().buffer.byteLength, 16 * KIB);
});
