import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { concat } from "@std/bytes";
import {
  assertFatal,
  assertMessages,
  type Bytes,
  decoderOf,
  type Feed,
  FEEDS,
} from "./support.ts";
import { type InvalidVector, STREAM_INVALID, STREAM_VALID } from "./vectors.ts";

/** Length and header: from here on a bad frame is known to be bad. */
const HEAD_LEN = 16;

/** How many bytes of a vector it takes to see its error; the end shows the others. */
function shownAt({ error }: InvalidVector): number {
  return error === "connection-aborted" ? Infinity : HEAD_LEN;
}

/** Short valid frames of a byte order, to stand in front of a bad one. */
function goodOnes(vector: InvalidVector): typeof STREAM_VALID {
  return STREAM_VALID.filter(({ endian, bytes }) =>
    endian === vector.endian && bytes.length < 64
  );
}

function check(
  vector: InvalidVector,
  chunks: readonly Bytes[],
  feed: Feed,
  where: string,
  expected: typeof STREAM_VALID = [],
): void {
  const decoder = decoderOf({ endian: vector.endian });
  const messages = chunks.flatMap((chunk) => feed(decoder, chunk));
  assertMessages(messages, expected.map(({ message }) => message), where);
  const shown = decoder.error;
  assertEquals(shown !== null, shownAt(vector) !== Infinity, where);
  const error = decoder.end();
  assertFatal(error, vector.error, where);
  if (shown !== null) assertStrictEquals(error, shown, where);
}

Deno.test("There are invalid vectors of both byte orders", () => {
  assertEquals(STREAM_INVALID.length, 14);
  assertEquals(new Set(STREAM_INVALID.map(({ endian }) => endian)).size, 2);
});

for (const vector of STREAM_INVALID) {
  const { name, endian, error, bytes } = vector;
  for (const [how, feed] of FEEDS) {
    Deno.test(`Invalid vector "${name}" gives ${error} whole, cut anywhere and byte by byte, ${how}`, () => {
      check(vector, [bytes], feed, "whole");
      for (let cut = 1; cut < bytes.length; cut++) {
        const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
        check(vector, chunks, feed, `cut at ${cut}`);
      }
      const single = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
      check(vector, single, feed, "byte by byte");
    });

    Deno.test(`The messages in front of invalid vector "${name}" are delivered first, ${how}`, () => {
      const good = goodOnes(vector);
      assert(good.length > 0);
      const all = concat([...good.map((v) => v.bytes), bytes]);
      check(vector, [all], feed, "whole", good);
      for (let cut = 1; cut < all.length; cut++) {
        const chunks = [all.subarray(0, cut), all.subarray(cut)];
        check(vector, chunks, feed, `cut at ${cut}`, good);
      }
    });

    Deno.test(`Invalid vector "${name}" that ends before its error shows gives connection-aborted, ${how}`, () => {
      for (let n = 1; n < Math.min(bytes.length, shownAt(vector)); n++) {
        const decoder = decoderOf({ endian });
        assertEquals(feed(decoder, bytes.subarray(0, n)), []);
        assertEquals(decoder.error, null, `${n} bytes`);
        assertEquals(decoder.partial, true, `${n} bytes`);
        const error = decoder.end();
        assertFatal(error, "connection-aborted", `${n} bytes`);
        assertEquals(error.actual, n);
      }
    });
  }
}

Deno.test("A stream that ends before its first byte, or between frames, has ended cleanly", () => {
  for (const [how, feed] of FEEDS) {
    const decoder = decoderOf();
    assertEquals(decoder.end(), null, how);
    feed(decoder, STREAM_VALID[0]!.bytes);
    assertEquals(decoder.end(), null, how);
  }
});

Deno.test("A bad frame is known from its first 16 bytes, with none of its body", () => {
  for (const vector of STREAM_INVALID) {
    if (shownAt(vector) === Infinity) continue;
    const { name, endian, error, bytes } = vector;
    for (const [how, feed] of FEEDS) {
      const decoder = decoderOf({ endian });
      feed(decoder, bytes.subarray(0, HEAD_LEN));
      assertFatal(decoder.error, error, `${name}, ${how}`);
    }
  }
});

Deno.test("After a bad frame valid ones are ignored, and the error stays the same", () => {
  for (const vector of STREAM_INVALID) {
    if (shownAt(vector) === Infinity) continue;
    const good = concat(goodOnes(vector).map((v) => v.bytes));
    for (const [how, feed] of FEEDS) {
      const where = `${vector.name}, ${how}`;
      const decoder = decoderOf({ endian: vector.endian });
      feed(decoder, vector.bytes);
      const { error } = decoder;
      assertEquals(decoder.partial, false, where);
      assertEquals(feed(decoder, good), [], where);
      assertEquals(decoder.partial, false, where);
      assertStrictEquals(decoder.error, error, where);
      assertStrictEquals(decoder.end(), error, where);
    }
  }
});

Deno.test("The errors of bad frames name the limit and the actual value", () => {
  const expected: Record<string, [number | undefined, number]> = {
    "length 0": [12, 0],
    "length 11": [12, 11],
    "big endian, length 11": [12, 11],
    "type 5": [undefined, 5],
    "big endian, type 5": [undefined, 5],
    "type 0xffffffff": [undefined, 0xffff_ffff],
    "length 0xffffffff": [8192, 0xffff_fff3],
    "one byte over the default limit": [8192, 8193],
    "big endian peer seen by a little endian one": [8192, 0x0e00_0000 - 12],
  };
  for (const [name, [limit, actual]] of Object.entries(expected)) {
    const vector = STREAM_INVALID.find((v) => v.name === name);
    assert(vector !== undefined, name);
    const decoder = decoderOf({ endian: vector.endian });
    decoder.push(vector.bytes.slice());
    assertEquals(decoder.error?.limit, limit, name);
    assertEquals(decoder.error?.actual, actual, name);
    const { message } = decoder.error!;
    if (limit !== undefined) assert(message.includes(`${limit}`), message);
    assert(message.includes(`${actual}`), message);
  }
});
