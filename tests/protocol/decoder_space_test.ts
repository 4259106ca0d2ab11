import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { concat } from "@std/bytes";
import type { Message } from "../../protocol/mod.ts";
import { Prng } from "../fuzz/prng.ts";
import { sized } from "../support/suite/long.ts";
import {
  assertMessages,
  type Bytes,
  decoderOf,
  frameOf,
  messageOf,
  readInto,
} from "./support.ts";

const MIB = 1024 * 1024;

/** As many equal messages as it takes to fill slabs up to the largest, and more. */
function rowOf(bodyLen: number): Message[] {
  const count = Math.ceil(MIB / (16 + bodyLen));
  return Array.from(
    { length: Math.min(count, 5000) },
    (_, i) => messageOf(4, i, bodyLen, new Uint8Array(bodyLen).fill(i)),
  );
}

/** Reads as a socket with a full buffer lets it: each read fills `space()`. */
function readFull(bytes: Bytes, most = Infinity): Message[] {
  const decoder = decoderOf({ maxBodyLenRead: MIB });
  const messages: Message[] = [];
  for (let pos = 0; pos < bytes.length;) {
    const n = readInto(decoder, bytes.subarray(pos, pos + most));
    messages.push(...decoder.commit(n));
    pos += n;
  }
  assertEquals(decoder.partial, false);
  return messages;
}

// Where a frame lies across the end of a slab depends on its length: one after
// the other, so that the cut wanders through the frame.
for (
  const [from, to, step] of [
    [0, 64, sized(3, 1)],
    [65, 1000, sized(47, 11)],
    [1001, 2100, sized(31, 7)],
    [2101, 9000, sized(291, 97)],
    [9001, 70_000, 1999],
  ] as const
) {
  Deno.test(`Frames with bodies of ${from} to ${to} bytes arrive when every read fills space()`, () => {
    for (let bodyLen = from; bodyLen <= to; bodyLen += step) {
      const row = rowOf(bodyLen);
      const bytes = concat(row.map((message) => frameOf(message)));
      assertMessages(readFull(bytes), row, `bodies of ${bodyLen} bytes`);
    }
  });
}

Deno.test("Frames arrive when reads are a little shorter than a slab", () => {
  for (const bodyLen of [84, 500, 1084, 1500, 2030]) {
    const row = rowOf(bodyLen).slice(0, 400);
    const bytes = concat(row.map((message) => frameOf(message)));
    for (const most of [4095, 4080, 3600, 3072, 2048, 1025, 1024, 1023]) {
      const where = `bodies of ${bodyLen} bytes, reads of ${most}`;
      assertMessages(readFull(bytes, most), row, where);
    }
  }
});

Deno.test("A slab that shrinks under a cut frame takes the frame along", () => {
  const random = new Prng(11);
  // Full reads of 1, 4 and 16 KiB, and four of 64, hold 2800 frames of 100 bytes, and
  // the slab has 256 KiB then. It shrinks for the many small reads that follow, also
  // where a large one among them has brought much of a frame.
  const small = rowOf(84);
  const grown = 2800;
  for (const bodyLen of [20_000, 32_000, 64_000, 120_000, 200_000]) {
    const body = random.bytes(bodyLen);
    const large = [1, 2, 3, 4, 5].map((id) => messageOf(0, id, 1, body));
    // The slab's end wanders through the large frames.
    for (let shift = 0; shift * 100 < bodyLen; shift += sized(320, 80)) {
      const row = [...small.slice(0, grown + shift), ...large];
      const bytes = concat(row.map((message) => frameOf(message)));
      const decoder = decoderOf({ maxBodyLenRead: MIB });
      const messages: Message[] = [];
      for (let pos = 0; pos < bytes.length;) {
        const full = messages.length < grown || random.oneIn(400);
        const most = full ? Infinity : random.int(1, 900);
        const n = readInto(decoder, bytes.subarray(pos, pos + most));
        messages.push(...decoder.commit(n));
        pos += n;
      }
      const where = `seed 11, bodies of ${bodyLen} bytes, shifted by ${shift}`;
      assertMessages(messages, row, where);
    }
  }
});

Deno.test("space() asked for twice is the same place", () => {
  const decoder = decoderOf();
  for (let i = 0; i < 2000; i++) {
    const first = decoder.space();
    const second = decoder.space();
    assertStrictEquals(second.buffer, first.buffer);
    assertEquals(second.byteOffset, first.byteOffset);
    const message = messageOf(0, i, 0, new Uint8Array(i));
    for (let pos = 0, frame = frameOf(message); pos < frame.length;) {
      const n = readInto(decoder, frame.subarray(pos));
      decoder.commit(n);
      pos += n;
    }
    assertEquals(decoder.partial, false);
  }
});

Deno.test("A read of nothing changes nothing", () => {
  const decoder = decoderOf();
  const message = messageOf(0, 1, 2, "abc");
  const frame = frameOf(message);
  const messages: Message[] = [];
  for (let pos = 0; pos < frame.length; pos++) {
    decoder.space();
    assertEquals(decoder.commit(0), []);
    messages.push(
      ...decoder.commit(readInto(decoder, frame.subarray(pos, pos + 1))),
    );
  }
  assertMessages(messages, [message]);
  assertEquals(decoder.received, frame.length);
});

Deno.test("After a bad frame there is still a place to read into, and what is read is ignored", () => {
  const decoder = decoderOf();
  decoder.commit(readInto(decoder, new Uint8Array(16)));
  const { error } = decoder;
  assertEquals(error?.code, "message-too-short");
  for (let i = 0; i < 100; i++) {
    const space = decoder.space();
    assert(space.length > 0);
    assertEquals(decoder.commit(space.length), []);
  }
  assertStrictEquals(decoder.error, error);
});
