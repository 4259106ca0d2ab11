import { writeBuffers } from "../../protocol/write_buffers.ts";
import { sized } from "../support/suite/long.ts";
import { assert, assertEquals } from "@std/assert";
import { concat, equals } from "@std/bytes";
import type { FrameChunk } from "../../protocol/frame_encoder.ts";
import { type Bytes, encoderOf, frameOf } from "../protocol/support.ts";
import { Prng } from "./prng.ts";
import { randomMessage } from "./support.ts";

const STEPS = sized(150, 400);

/** Writes chunks late, and gives each buffer back as soon as it is written. */
class SlowWriter {
  readonly #recycle: (buffer: Bytes) => void;
  readonly #queue: FrameChunk[] = [];
  readonly written: Bytes[] = [];

  constructor(recycle: (buffer: Bytes) => void) {
    this.#recycle = recycle;
  }

  get pending(): number {
    return this.#queue.length;
  }

  take(chunks: readonly FrameChunk[]): void {
    this.#queue.push(...chunks);
  }

  writeOne(): void {
    const chunk = this.#queue.shift();
    if (chunk === undefined) return;
    this.written.push(chunk.bytes.slice());
    chunk.settle?.();
    if (chunk.buffer === null) return;
    // Whoever still needed these bytes would see it.
    chunk.buffer.fill(0xdd);
    this.#recycle(chunk.buffer);
  }
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  Deno.test(`Recycled buffers corrupt nothing that is still to be written (seed ${seed})`, () => {
    const random = new Prng(seed);
    const maxBodyLenWrite = random.pick([100, 8192, 400_000]);
    const encoder = encoderOf({ maxBodyLenWrite });
    const writer = new SlowWriter((buffer) => writeBuffers.give(buffer));
    const expected: Bytes[] = [];
    let passed = 0;
    let settled = 0;
    for (let step = 0; step < STEPS; step++) {
      const burst = random.oneIn(10) ? random.int(10, 60) : random.int(0, 2);
      for (let i = 0; i < burst; i++) {
        const message = randomMessage(random, maxBodyLenWrite);
        expected.push(frameOf(message));
        encoder.push(message, () => settled++);
        // What was copied may change at once; what was not, when it is settled.
        if (encoder.copies(message)) message.body.data.fill(0xcc);
        else passed++;
      }
      if (random.oneIn(2)) writer.take(encoder.take());
      for (let i = random.int(0, 3); i > 0; i--) writer.writeOne();
    }
    writer.take(encoder.take());
    while (writer.pending > 0) writer.writeOne();
    assert(equals(concat(writer.written), concat(expected)), `seed ${seed}`);
    assertEquals(settled, passed, `seed ${seed}`);
    assert(encoder.empty);
  });
}
