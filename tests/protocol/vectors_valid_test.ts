import { assert, assertEquals } from "@std/assert";
import { concat, equals } from "@std/bytes";
import {
  assertMessages,
  type Bytes,
  decoderOf,
  encoderOf,
  type Feed,
  FEEDS,
} from "./support.ts";
import { ENDIANS, STREAM_VALID, type ValidVector } from "./vectors.ts";

/** Decodes chunks of vectors of one byte order, and checks what comes out. */
function check(
  vectors: readonly ValidVector[],
  chunks: readonly Bytes[],
  feed: Feed,
  where: string,
): void {
  const decoder = decoderOf({ endian: vectors[0]!.endian });
  const messages = chunks.flatMap((chunk) => feed(decoder, chunk));
  assertMessages(messages, vectors.map(({ message }) => message), where);
  assertEquals(decoder.error, null, where);
  assertEquals(decoder.partial, false, where);
  assertEquals(decoder.end(), null, where);
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  assertEquals(decoder.received, total, where);
}

function checkAllCuts(
  vectors: readonly ValidVector[],
  bytes: Bytes,
  feed: Feed,
): void {
  check(vectors, [bytes], feed, "whole");
  for (let cut = 1; cut < bytes.length; cut++) {
    const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
    check(vectors, chunks, feed, `cut at ${cut}`);
  }
  const single = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
  check(vectors, single, feed, "byte by byte");
}

Deno.test("There are valid vectors of both byte orders", () => {
  assertEquals(STREAM_VALID.length, 15);
  assertEquals(new Set(STREAM_VALID.map(({ endian }) => endian)).size, 2);
});

for (const [how, feed] of FEEDS) {
  for (const vector of STREAM_VALID) {
    Deno.test(`Valid vector "${vector.name}" decodes whole, cut anywhere and byte by byte, ${how}`, () => {
      checkAllCuts([vector], vector.bytes, feed);
    });
  }

  for (const endian of ENDIANS) {
    Deno.test(`All valid ${endian} endian vectors in a row decode whole, cut anywhere and byte by byte, ${how}`, () => {
      const vectors = STREAM_VALID.filter((v) => v.endian === endian);
      checkAllCuts(vectors, concat(vectors.map((v) => v.bytes)), feed);
    });
  }
}

Deno.test("A valid frame is partial after each of its bytes but the last", () => {
  for (const [how, feed] of FEEDS) {
    for (const { name, endian, bytes } of STREAM_VALID) {
      const decoder = decoderOf({ endian });
      assertEquals(decoder.partial, false);
      for (let i = 0; i < bytes.length; i++) {
        feed(decoder, bytes.subarray(i, i + 1));
        assertEquals(
          decoder.partial,
          i < bytes.length - 1,
          `${name}, ${how}, byte ${i}`,
        );
      }
    }
  }
});

for (const { name, endian, message, bytes } of STREAM_VALID) {
  Deno.test(`Valid vector "${name}" encodes to its bytes`, () => {
    const encoder = encoderOf({ endian });
    assertEquals(encoder.check(message), null);
    encoder.push(message);
    const chunks = encoder.take();
    assertEquals(chunks.length, 1);
    assert(equals(chunks[0]!.bytes, bytes));
    assert(encoder.empty);
  });
}

Deno.test("All valid vectors of a byte order encode to their bytes in a row", () => {
  for (const endian of ENDIANS) {
    const vectors = STREAM_VALID.filter((v) => v.endian === endian);
    const encoder = encoderOf({ endian });
    for (const { message } of vectors) encoder.push(message);
    const bytes = concat(encoder.take().map((chunk) => chunk.bytes));
    assert(equals(bytes, concat(vectors.map((v) => v.bytes))), endian);
  }
});

Deno.test("Byte order native is that of this machine", () => {
  const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  const own = little ? "little" : "big";
  for (const { endian, message, bytes } of STREAM_VALID) {
    if (endian !== own) continue;
    assertMessages(decoderOf({ endian: "native" }).push(bytes.slice()), [
      message,
    ]);
    const encoder = encoderOf({ endian: "native" });
    encoder.push(message);
    assert(equals(encoder.take()[0]!.bytes, bytes));
  }
});
