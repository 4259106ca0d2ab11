import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import {
  MessageDecoderStream,
  MessageEncoderStream,
} from "../../protocol/mod.ts";
import { assertMessages, decoderOf, encoderOf } from "../protocol/support.ts";
import { sized } from "../support/suite/long.ts";
import { Prng } from "./prng.ts";
import {
  assertEnd,
  feedRandomly,
  randomChunks,
  randomEndian,
  randomMessage,
} from "./support.ts";

const SEEDS = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89];
const ROUNDS = sized(2, 12);

/** Limits on both sides of the slab's sizes, and of what is copied. */
const MAX_BODY_LENS = [0, 10, 500, 2000, 8192, 40_000, 300_000];

for (const seed of SEEDS) {
  Deno.test(`Random messages come back from random chunks and read lengths (seed ${seed})`, () => {
    const random = new Prng(seed);
    for (let round = 0; round < ROUNDS; round++) {
      const maxBodyLen = random.pick(MAX_BODY_LENS);
      const where = `seed ${seed}, round ${round}, bodies up to ${maxBodyLen}`;
      const config = {
        maxBodyLenRead: maxBodyLen,
        maxBodyLenWrite: maxBodyLen,
        endian: randomEndian(random),
      };
      const count = random.int(1, maxBodyLen > 10_000 ? 40 : 600);
      const messages = Array.from(
        { length: count },
        () => randomMessage(random, maxBodyLen),
      );
      const encoder = encoderOf(config);
      const chunks = messages.flatMap((message) => {
        assertEquals(encoder.check(message), null, where);
        encoder.push(message);
        return random.oneIn(9) ? encoder.take() : [];
      });
      chunks.push(...encoder.take());
      const bytes = concat(chunks.map((chunk) => chunk.bytes));

      const decoder = decoderOf(config);
      const decoded = feedRandomly(decoder, bytes, random);
      assertMessages(decoded, messages, where);
      assertEnd(decoder, null, where);
      assertEquals(decoder.received, bytes.length, where);
    }
  });
}

for (const seed of SEEDS.slice(0, 4)) {
  Deno.test(`Random messages come back through both streams, in random chunks (seed ${seed})`, async () => {
    const random = new Prng(seed);
    for (let round = 0; round < ROUNDS; round++) {
      const where = `seed ${seed}, round ${round}`;
      const endian = randomEndian(random);
      const messages = Array.from(
        { length: random.int(0, 50) },
        () => randomMessage(random, 8192),
      );
      const chunks = ReadableStream.from(messages)
        .pipeThrough(new MessageEncoderStream({ endian }));
      const bytes = concat(await Array.fromAsync(chunks));
      const decoded = await Array.fromAsync(
        ReadableStream.from(randomChunks(bytes, random))
          .pipeThrough(new MessageDecoderStream({ endian })),
      );
      assertMessages(decoded, messages, where);
    }
  });
}
