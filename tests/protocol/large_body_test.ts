import { assert, assertEquals } from "@std/assert";
import { concat, equals } from "@std/bytes";
import {
  type Message,
  MessageDecoderStream,
  MessageEncoderStream,
} from "../../protocol/mod.ts";
import { Prng } from "../fuzz/prng.ts";
import {
  assertMessages,
  type Bytes,
  decoderOf,
  encoderOf,
  FEEDS,
  frameOf,
  messageOf,
} from "./support.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const CONFIG = { maxBodyLenRead: 8 * MIB, maxBodyLenWrite: 8 * MIB };

/** A body whose bytes tell where they are. */
function bodyOf(length: number): Bytes {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i, 2654435761);
  return new Uint8Array(words.buffer, 0, length);
}

/** A large message between two small ones. */
function messagesWith(length: number): Message[] {
  return [
    messageOf(4, 0, 1, "before"),
    messageOf(0, 1, 2, bodyOf(length)),
    messageOf(4, 0, 3, "behind"),
  ];
}

for (
  const [size, length, chunkLen] of [
    ["64 KiB", 64 * KIB, 1021],
    ["256 KiB", 256 * KIB, 16_411],
    ["256 KiB less one byte", 256 * KIB - 1, 16_384],
    ["1 MiB", MIB, 7919],
    ["5 MiB and a bit", 5 * MIB + 13, 65_537],
    ["5 MiB and a bit, in chunks larger than a slab,", 5 * MIB + 13, 300_007],
  ] as const
) {
  const messages = messagesWith(length);
  const bytes = concat(messages.map((message) => frameOf(message)));

  for (const [how, feed] of FEEDS) {
    Deno.test(`A body of ${size} arrives as it was in chunks of ${chunkLen} bytes, ${how}`, () => {
      const decoder = decoderOf(CONFIG);
      const received: Message[] = [];
      for (let pos = 0; pos < bytes.length; pos += chunkLen) {
        received.push(...feed(decoder, bytes.subarray(pos, pos + chunkLen)));
      }
      assertMessages(received, messages);
      assertEquals(decoder.end(), null);
    });

    Deno.test(`A body of ${size} arrives as it was in one piece, ${how}`, () => {
      assertMessages(feed(decoderOf(CONFIG), bytes), messages);
    });
  }

  Deno.test(`A body of ${size} is encoded as it was`, () => {
    const encoder = encoderOf(CONFIG);
    for (const message of messages) encoder.push(message);
    const encoded = concat(encoder.take().map((chunk) => chunk.bytes));
    assert(equals(encoded, bytes));
  });

  Deno.test(`A body of ${size} goes through both streams as it was`, async () => {
    const received = await Array.fromAsync(
      ReadableStream.from(messages)
        .pipeThrough(new MessageEncoderStream(CONFIG))
        .pipeThrough(new MessageDecoderStream(CONFIG)),
    );
    assertMessages(received, messages);
  });
}

Deno.test("Large bodies in a row arrive as they were, in chunks of random length", () => {
  const random = new Prng(7);
  const messages = Array.from(
    { length: 12 },
    (_, i) => messageOf(0, i, i, bodyOf(random.int(200 * KIB, 900 * KIB))),
  );
  const bytes = concat(messages.map((message) => frameOf(message)));
  for (const [how, feed] of FEEDS) {
    const decoder = decoderOf(CONFIG);
    const received: Message[] = [];
    for (let pos = 0; pos < bytes.length;) {
      const n = random.oneIn(3) ? random.int(1, 100) : random.int(1, 400_000);
      received.push(...feed(decoder, bytes.subarray(pos, pos + n)));
      pos += n;
    }
    assertMessages(received, messages, how);
  }
});
