/** A frame that has come in part moves to the next slab only where it fits. */
import { assert, assertEquals } from "@std/assert";
import { concat, equals } from "@std/bytes";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { Prng } from "../fuzz/prng.ts";
import { numberedBody } from "../support/bodies/numbered_body.ts";
import {
  type Bytes,
  decoderOf,
  frameOf,
  messageOf,
  readInto,
} from "./support.ts";

const KIB = 1024;
const CONFIG = { maxBodyLenRead: 4 * KIB * KIB };

/** Frames with bodies of these lengths, with their numbers as ids. */
function wireOf(lengths: readonly number[], firstId = 0): Bytes {
  return concat(
    lengths.map((length, i) =>
      frameOf(messageOf(4, firstId + i, 0, numberedBody(firstId + i, length)))
    ),
  );
}

/** Reads all bytes, `most()` at once; gives the lengths of the bodies, which have to be right. */
function readAll(
  decoder: FrameDecoder,
  wire: Bytes,
  most: () => number = () => Infinity,
): number[] {
  const lengths: number[] = [];
  for (let pos = 0; pos < wire.length;) {
    const n = readInto(decoder, wire.subarray(pos, pos + most()));
    for (const { header, body: { data } } of decoder.commit(n)) {
      const expected = numberedBody(header.requestId, data.length);
      assert(equals(data, expected), `body ${header.requestId}`);
      lengths.push(data.length);
    }
    pos += n;
  }
  return lengths;
}

Deno.test("A cut frame stays in a slab that was made for one long frame, where the next slab is shorter than it", () => {
  const decoder = decoderOf(CONFIG);
  const long = 300_000;
  for (let id = 0; id < 3; id++) readAll(decoder, wireOf([long], id));
  assertEquals(decoder.space().length, 16 + long + 1);
  // Slabs have a few KiB. The first read ends 30 KB behind the first frame, and near
  // the end of the slab.
  const reads = [270_016, Infinity];
  const lengths = [240_000, 50_000];
  assertEquals(
    readAll(decoder, wireOf(lengths), () => reads.shift()!),
    lengths,
  );
  assertEquals(decoder.partial, false);
});

Deno.test("Frames arrive wherever reads cut them, behind long ones of one length that came one by one (seed 3)", () => {
  const random = new Prng(3);
  for (let round = 0; round < 500; round++) {
    const decoder = decoderOf(CONFIG);
    // Slabs of any length, some of which shrink meanwhile.
    if (random.oneIn(2)) {
      readAll(decoder, wireOf(Array(random.int(0, 700)).fill(112)));
    }
    const long = random.int(4 * KIB, 200 * KIB);
    for (let id = 0; id < 3; id++) readAll(decoder, wireOf([long], id));
    const lengths = [
      random.int(0, long),
      random.int(0, long >> 2),
      random.int(0, long),
      random.int(0, 100),
    ];
    const most = (): number =>
      random.oneIn(9) ? random.int(1, 500) : random.int(1, long);
    const where = `round ${round}, after bodies of ${long} bytes`;
    assertEquals(readAll(decoder, wireOf(lengths), most), lengths, where);
    assertEquals(decoder.partial, false, where);
  }
});
