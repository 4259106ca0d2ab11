import { assert, assertEquals } from "@std/assert";
import { concat, equals } from "@std/bytes";
import { type Message, MessageType } from "../../protocol/mod.ts";
import { Prng } from "../fuzz/prng.ts";
import { type Bytes, decoderOf, FEEDS, frameOf, messageOf } from "./support.ts";
import { numberedBody } from "../support/bodies/numbered_body.ts";

const MESSAGES = 20_000;
const SEED = 2026;

function lengthOf(random: Prng): number {
  if (random.oneIn(400)) return random.int(20_000, 120_000);
  return random.oneIn(20) ? random.int(500, 8000) : random.int(0, 120);
}

for (const [how, feed] of FEEDS) {
  Deno.test(`No body that was delivered is overwritten later, in ${MESSAGES} messages ${how} (seed ${SEED})`, () => {
    const random = new Prng(SEED);
    const decoder = decoderOf({ maxBodyLenRead: 1 << 20 });
    const delivered: Message[] = [];
    const lengths: number[] = [];
    while (lengths.length < MESSAGES) {
      // Now a frame or two, now as many as a busy socket brings at once.
      const burst = random.oneIn(8) ? random.int(50, 400) : random.int(1, 3);
      const frames: Bytes[] = [];
      for (let i = 0; i < burst && lengths.length < MESSAGES; i++) {
        const length = lengthOf(random);
        const id = lengths.push(length) - 1;
        const body = numberedBody(id, length);
        frames.push(frameOf(messageOf(MessageType.Stream, id, length, body)));
      }
      const wire = concat(frames);
      for (let pos = 0; pos < wire.length;) {
        const n = random.oneIn(4) ? random.int(1, 40) : random.int(1, 200_000);
        delivered.push(...feed(decoder, wire.subarray(pos, pos + n)));
        pos += n;
      }
    }
    assertEquals(delivered.length, MESSAGES);
    for (const [id, { header, body }] of delivered.entries()) {
      const where = `seed ${SEED}, message ${id}`;
      assertEquals(header.requestId, id, where);
      assert(equals(body.data, numberedBody(id, lengths[id]!)), where);
    }
  });
}

Deno.test("Changing a delivered body changes no other one, and nothing that is still being read", () => {
  for (const [how, feed] of FEEDS) {
    const random = new Prng(SEED);
    const decoder = decoderOf();
    let id = 0;
    for (let round = 0; round < 200; round++) {
      const bodies = Array.from(
        { length: random.int(1, 40) },
        () => random.bytes(random.int(0, 300)),
      );
      const messages = bodies.flatMap((body) =>
        frameParts(frameOf(messageOf(0, id++, 0, body)), random)
          .flatMap((part) => feed(decoder, part))
      );
      for (const [i, { body }] of messages.entries()) {
        assert(equals(body.data, bodies[i]!), `${how}, round ${round}`);
        body.data.fill(0xff);
      }
    }
  }
});

function frameParts(frame: Bytes, random: Prng): Bytes[] {
  const cut = random.int(0, frame.length);
  return [frame.subarray(0, cut), frame.subarray(cut)];
}
