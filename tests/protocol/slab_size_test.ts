/** How long slabs are: what an idle connection keeps is the slab that is read into. */
import { assertEquals } from "@std/assert";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { decoderOf, frameOf, messageOf, readInto } from "./support.ts";

const KIB = 1024;
/** A power of 2, so that frames fill a slab. */
const FRAME = frameOf(messageOf(4, 1, 0, new Uint8Array(112)));
const ROW = new Uint8Array(256 * KIB);
for (let pos = 0; pos < ROW.length; pos += FRAME.length) ROW.set(FRAME, pos);

/** Reads that fill the slab. */
function readFull(decoder: FrameDecoder, times: number): void {
  for (let i = 0; i < times; i++) decoder.commit(readInto(decoder, ROW));
}

function readLittle(decoder: FrameDecoder, times: number): void {
  for (let i = 0; i < times; i++) decoder.commit(readInto(decoder, FRAME));
}

function slabLen(decoder: FrameDecoder): number {
  return decoder.space().buffer.byteLength;
}

Deno.test("The first slab is small", () => {
  assertEquals(slabLen(decoderOf()), KIB);
});

Deno.test("Slabs grow at once up to 64 KiB, and further only by four reads in a row that fill them", () => {
  const decoder = decoderOf();
  for (const kib of [1, 4, 16, 64]) {
    assertEquals(slabLen(decoder), kib * KIB);
    readFull(decoder, 1);
  }
  readLittle(decoder, 1);
  readFull(decoder, 3);
  assertEquals(slabLen(decoder), 64 * KIB);
  readFull(decoder, 1);
  assertEquals(slabLen(decoder), 256 * KIB);
});

Deno.test("Slabs shrink with every eight reads that bring little", () => {
  const decoder = decoderOf();
  readFull(decoder, 3);
  for (const kib of [64, 16, 4]) {
    assertEquals(slabLen(decoder), kib * KIB);
    readLittle(decoder, 8);
  }
  assertEquals(slabLen(decoder), KIB);
});

Deno.test("A slab that has shrunk grows again", () => {
  const decoder = decoderOf();
  readFull(decoder, 3);
  readLittle(decoder, 24);
  assertEquals(slabLen(decoder), KIB);
  readLittle(decoder, 8);
  readFull(decoder, 4);
  assertEquals(slabLen(decoder), 64 * KIB);
});
