/** The memory of received bodies: each is a copy of its own bytes, and stays one. */
import { assert, assertEquals } from "@std/assert";
import {
  BodySlab,
  type Memory,
} from "../../transports/unix_seqpacket/body_slab.ts";
import { Prng } from "../fuzz/prng.ts";

/** Around what is copied by words, what shares memory, and what fills it. */
const LENGTHS = [
  ...Array.from({ length: 140 }, (_, i) => i),
  ...[2040, 2047, 2048, 2049, 4099, 16_383, 16_384, 16_385],
];

function memory(length: number): Memory {
  const bytes = new Uint8Array(length);
  return { bytes, words: new Uint32Array(bytes.buffer) };
}

Deno.test("A copy has the bytes it is of, wherever they lie, and none beside", () => {
  const slab = new BodySlab();
  const from = memory(20_000);
  for (const [i, length] of LENGTHS.entries()) {
    const start = 4 * (i % 9);
    from.bytes.fill(0xee);
    const bytes = from.bytes.subarray(start, start + length);
    bytes.set(new Prng(i).bytes(length));
    const copy = slab.copy(from, start, length);
    assertEquals(copy, bytes, `${length} bytes at ${start}`);
    const { buffer, byteOffset } = copy;
    assertEquals(byteOffset % 8, 0);
    // Up to the next one nothing of the source has come along.
    const gap = new Uint8Array(buffer).subarray(byteOffset + length);
    assert(gap.every((byte) => byte === 0), `behind ${length} bytes`);
  }
});

Deno.test("Copies stay as they are while the source and the slab are used on", () => {
  const random = new Prng(1);
  const slab = new BodySlab();
  const from = memory(20_000);
  const copies: [copy: Uint8Array, original: Uint8Array][] = [];
  for (let i = 0; i < 3000; i++) {
    const length = random.oneIn(10) ? random.pick(LENGTHS) : random.int(0, 200);
    const start = 4 * random.int(0, 8);
    const original = random.bytes(length);
    from.bytes.set(original, start);
    copies.push([slab.copy(from, start, length), original]);
  }
  for (const [copy, original] of copies) assertEquals(copy, original);
});

Deno.test("A slab goes on in new memory when its own was transferred", () => {
  const slab = new BodySlab();
  const from = memory(64);
  from.bytes.fill(7);
  for (const length of [5, 40, 0, 64]) {
    const copy = slab.copy(from, 0, length);
    assertEquals(copy, from.bytes.subarray(0, length));
    copy.buffer.transfer();
  }
  assertEquals(slab.copy(from, 8, 9), new Uint8Array(9).fill(7));
});

Deno.test("The first bodies take little memory, and later ones up to 16 KiB at once", () => {
  const slab = new BodySlab();
  const bytes = new Uint8Array(1024).fill(7);
  const from = { bytes, words: new Uint32Array(bytes.buffer) };
  const lengths: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const { byteLength } = slab.copy(from, 0, 64).buffer;
    if (byteLength !== lengths.at(-1)) lengths.push(byteLength);
  }
  assertEquals(lengths, [1024, 4096, 16_384]);
  // A body that the first memory has no room for.
  const body = new BodySlab().copy(from, 0, 1024);
  assertEquals([body.buffer.byteLength, body[1023]], [4096, 7]);
});
