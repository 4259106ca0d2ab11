/** Frames of one length that come one by one are read into memory of that length. */
import { sized } from "../support/suite/long.ts";
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { concat, equals } from "@std/bytes";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/mod.ts";
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
const HEAD = 16;
/** A body of which many fill a slab. */
const ROW = numberedBody(1, 200);
const CONFIG = { maxBodyLenRead: 4 * KIB * KIB };

/** Reads a frame with a body of this length, at most so many bytes at once. */
function read(
  decoder: FrameDecoder,
  id: number,
  length: number,
  most = Infinity,
): Message[] {
  const frame = frameOf(messageOf(4, id, 0, numberedBody(id, length)));
  const messages: Message[] = [];
  for (let pos = 0; pos < frame.length;) {
    const n = readInto(decoder, frame.subarray(pos, pos + most));
    messages.push(...decoder.commit(n));
    pos += n;
  }
  return messages;
}

for (const length of [4 * KIB, 64 * KIB, 300 * KIB, 1024 * KIB]) {
  Deno.test(`After frames of ${length} bytes, each has a buffer of its own and of its length`, () => {
    const decoder = decoderOf(CONFIG);
    for (let id = 0; id < 6; id++) read(decoder, id, length);
    for (const most of [Infinity, 1000, 40_000]) {
      assertEquals(decoder.space().length, HEAD + length + 1);
      const [message] = read(decoder, 7, length, most);
      const { data } = message!.body;
      assertEquals(data.buffer.byteLength, HEAD + length + 1);
      assert(equals(data, numberedBody(7, length)));
    }
  });

  Deno.test(`The memory of a disposed body of ${length} bytes is read into again, and the body is empty`, () => {
    const decoder = decoderOf(CONFIG);
    for (let id = 0; id < 6; id++) read(decoder, id, length);
    const [message] = read(decoder, 6, length);
    const { data } = message!.body;
    message![Symbol.dispose]();
    assertEquals([data.length, message!.body.data.length], [0, 0]);
    assert(
      equals(decoder.space().subarray(HEAD, -1), numberedBody(6, length)),
    );
    const [next] = read(decoder, 7, length);
    assert(equals(next!.body.data, numberedBody(7, length)));
    assertEquals(message!.body.data.length, 0);
  });
}

Deno.test("A frame that comes right behind another one of its length has memory of its own too", () => {
  const length = 64 * KIB;
  const decoder = decoderOf(CONFIG);
  for (let id = 0; id < 6; id++) read(decoder, id, length);
  const ids = [6, 7, 8];
  const wire = concat(
    ids.map((id) => frameOf(messageOf(4, id, 0, numberedBody(id, length)))),
  );
  const messages: Message[] = [];
  for (let pos = 0; pos < wire.length;) {
    const n = readInto(decoder, wire.subarray(pos));
    messages.push(...decoder.commit(n));
    pos += n;
    // Only what nothing of has come may wait.
    assertEquals(decoder.takesMemory, pos === wire.length);
  }
  assertEquals(messages.map(({ header }) => header.requestId), ids);
  for (const { header, body: { data } } of messages) {
    assertEquals(data.buffer.byteLength, HEAD + length + 1);
    assert(equals(data, numberedBody(header.requestId, length)));
  }
  assertEquals(decoder.partial, false);
});

Deno.test("Frames of other lengths, and several at once, are read into slabs as before", () => {
  const decoder = decoderOf(CONFIG);
  // Slabs grow by frames that fill them.
  const row = concat(
    Array.from({ length: 500 }, (_, id) => frameOf(messageOf(4, id, 0, ROW))),
  );
  for (let pos = 0; pos < row.length;) {
    const n = readInto(decoder, row.subarray(pos));
    decoder.commit(n);
    pos += n;
  }
  for (let id = 0; id < 6; id++) read(decoder, id, 64 * KIB);
  read(decoder, 6, 5 * KIB);
  read(decoder, 7, 6 * KIB);
  read(decoder, 8, 70 * KIB);
  const frames = [9, 10].map((id) =>
    frameOf(messageOf(4, id, 0, numberedBody(id, 5 * KIB)))
  );
  for (let i = 0; i < 20; i++) {
    const n = readInto(decoder, concat(frames));
    const [first, second] = decoder.commit(n);
    if (second === undefined) continue;
    assertStrictEquals(first!.body.data.buffer, second.body.data.buffer);
  }
  const { length } = decoder.space();
  assert(![5, 6, 64, 70].includes((length - HEAD) / KIB), `${length}`);
});

Deno.test("Longer bodies than 1 MiB, and shorter ones than 4 KiB, get no such memory", () => {
  for (const length of [0, 100, 4 * KIB - HEAD - 2, KIB * KIB + 1]) {
    const decoder = decoderOf(CONFIG);
    for (let id = 0; id < 6; id++) read(decoder, id, length);
    assert(decoder.space().length !== HEAD + length + 1, `${length}`);
  }
});

Deno.test("No body that is kept is overwritten, whichever lengths follow each other and are disposed (seed 9)", () => {
  const random = new Prng(9);
  const decoder = decoderOf(CONFIG);
  const kept = new Map<Message, [id: number, length: number]>();
  let length = 0;
  let received = 0;
  const sent: [id: number, length: number][] = [];
  let wire: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  for (let id = 0; id < 1500; id++) {
    if (random.oneIn(6)) {
      length = random.pick([
        0,
        20,
        4 * KIB,
        4 * KIB,
        5000,
        30_000,
        64 * KIB,
        300 * KIB,
      ]);
    }
    sent.push([id, length]);
    const body = numberedBody(id, length);
    wire = concat([wire, frameOf(messageOf(4, id, 0, body))]);
    // Sometimes the next one comes with it.
    if (random.oneIn(5)) continue;
    while (wire.length > 0) {
      const most = random.oneIn(3) ? random.int(1, 50_000) : Infinity;
      const n = readInto(decoder, wire.subarray(0, most));
      wire = wire.slice(n);
      for (const message of decoder.commit(n)) {
        const [id, length] = sent[received++]!;
        assertEquals(message.header.requestId, id);
        assert(equals(message.body.data, numberedBody(id, length)), `${id}`);
        kept.set(message, [id, length]);
      }
    }
    for (const message of kept.keys()) {
      if (!random.oneIn(20)) continue;
      message[Symbol.dispose]();
      if (message.body.data.length === 0) kept.delete(message);
    }
  }
  assert(received > 1400 && kept.size > 20);
  for (const [message, [id, length]] of kept) {
    assert(equals(message.body.data, numberedBody(id, length)), `body ${id}`);
  }
});

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
  for (let round = 0; round < sized(150, 500); round++) {
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
