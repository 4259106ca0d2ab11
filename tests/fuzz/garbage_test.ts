import { sized } from "../support/suite/long.ts";
import { assertEquals } from "@std/assert";
import { MessageDecoderStream, RpcError } from "../../protocol/mod.ts";
import type { Message } from "../../protocol/mod.ts";
import {
  assertMessages,
  type Bytes,
  decoderOf,
  frameOf,
} from "../protocol/support.ts";
import { Prng } from "./prng.ts";
import {
  assertBounded,
  assertEnd,
  decodeSimply,
  feedRandomly,
  randomChunks,
  randomMessage,
} from "./support.ts";

const LIMIT = 8192;
const ROUNDS = sized(50, 150);

/** Bytes that say nothing; many zeros make lengths that pass. */
function garbage(random: Prng): Bytes {
  const bytes = random.bytes(random.int(0, 3000));
  if (random.oneIn(2)) return bytes;
  return bytes.map((byte) => random.oneIn(3) ? byte : 0);
}

/** Frames in a row, and then something is done to them. */
function mutated(random: Prng, little: boolean): Bytes {
  const frames: number[] = [];
  const count = random.int(1, 12);
  const starts: number[] = [];
  for (let i = 0; i < count; i++) {
    starts.push(frames.length);
    const most = random.pick([0, 40, LIMIT]);
    frames.push(...frameOf(randomMessage(random, most), little));
  }
  for (let i = random.int(1, 3); i > 0; i--) {
    const start = random.pick(starts);
    const anywhere = random.int(0, frames.length);
    switch (random.int(0, 6)) {
      case 0: // A bit flips.
        if (anywhere < frames.length) {
          frames[anywhere]! ^= 1 << random.int(0, 7);
        }
        break;
      case 1: // A head changes.
        frames[start + random.int(0, 15)] = random.int(0, 255);
        break;
      case 2: // The end is missing.
        frames.length = anywhere;
        break;
      case 3: // Bytes get lost.
        frames.splice(anywhere, random.int(1, 20));
        break;
      case 4: // Bytes are doubled.
        frames.splice(anywhere, 0, ...frames.slice(anywhere, anywhere + 9));
        break;
      case 5: // Bytes come from nowhere.
        frames.splice(anywhere, 0, ...random.bytes(random.int(1, 20)));
        break;
      default: // A length is at the edge.
        frames.splice(start, 4, ...edgeLength(random, little));
    }
  }
  return Uint8Array.from(frames, (byte) => byte ?? 0);
}

function edgeLength(random: Prng, little: boolean): Uint8Array {
  const edges = [0, 11, 12, 13, LIMIT + 12, LIMIT + 13, 2 ** 31, 2 ** 32 - 1];
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, random.pick(edges), little);
  return bytes;
}

const KINDS = [["Random bytes", garbage], ["Mutated frames", mutated]] as const;

for (const [kind, make] of KINDS) {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    Deno.test(`${kind} end in the messages and the error of a simple decoder, whatever the chunks (seed ${seed})`, () => {
      const random = new Prng(seed);
      for (let round = 0; round < ROUNDS; round++) {
        const where = `seed ${seed}, round ${round}`;
        const little = random.oneIn(2);
        const endian = little ? "little" : "big";
        const bytes = make(random, little);
        const { messages, code } = decodeSimply(bytes, little, LIMIT);
        const decoder = decoderOf({ endian });
        const decoded = feedRandomly(
          decoder,
          bytes,
          random,
          () => assertBounded(decoder, where),
        );
        assertMessages(decoded, messages, where);
        assertEnd(decoder, code, where);
        // An error that shows before the end stops the stream where it is.
        assertEquals(decoder.received, bytes.length, where);
      }
    });
  }

  Deno.test(`${kind} end in the same through a MessageDecoderStream (seed 7)`, async () => {
    const random = new Prng(7);
    for (let round = 0; round < ROUNDS; round++) {
      const where = `seed 7, round ${round}`;
      const little = random.oneIn(2);
      const endian = little ? "little" : "big";
      const bytes = make(random, little);
      const { messages, code } = decodeSimply(bytes, little, LIMIT);
      const decoded: Message[] = [];
      let end: unknown = null;
      try {
        const stream = ReadableStream.from(randomChunks(bytes, random))
          .pipeThrough(new MessageDecoderStream({ endian }));
        for await (const message of stream) decoded.push(message);
      } catch (error) {
        end = error;
      }
      assertMessages(decoded, messages, where);
      const got = end instanceof RpcError ? end.code : end;
      assertEquals(got, code, where);
    }
  });
}
