/** Where indices are, and what the two sides believe of each other's. */
import { assert, assertEquals } from "@std/assert";
import { RpcError } from "../../mod.ts";
import {
  controlWord,
  padded,
} from "../../transports/shared_ring/ring_layout.ts";
import { testRing } from "./support/ring.ts";

/** Below 2^31 and 2^32, where integers of 32 bits change their sign and wrap. */
const STARTS = [0, 2 ** 31 - 4096, 2 ** 32 - 4096] as const;

function violation(fn: () => void): RpcError {
  try {
    fn();
  } catch (error) {
    assert(error instanceof RpcError);
    assertEquals([error.code, error.fatal, error.side], [
      "invalid-shared-memory",
      true,
      "remote",
    ]);
    return error;
  }
  throw new Error("Nothing was thrown");
}

for (const from of STARTS) {
  // Whole laps are many calls: a larger ring takes fewer.
  const size = 2 ** 20;
  const start = Math.max(0, from - size);
  const name = from.toString(16);

  Deno.test(`what is published can be read, and what is read can be written over, from 0x${name}`, () => {
    const { writer, reader } = testRing(size, start);
    for (let i = 0; i < 8; i++) {
      assertEquals(writer.room(size), size);
      writer.add(size / 2);
      assertEquals(reader.available(), 0);
      writer.publish();
      assertEquals(reader.available(), size / 2);
      assertEquals(writer.room(size), size / 2);
      reader.take(size / 2);
      assertEquals(writer.room(size), size / 2);
      reader.release();
      assertEquals(writer.room(size), size);
      assert(writer.isEmpty());
    }
  });

  Deno.test(`an index of the writer that can't be is refused, at 0x${name}`, () => {
    const { memory, reader } = testRing(size, start);
    const tail = memory.control[controlWord.TAIL]!;
    for (const jump of [-16, size + 16, 2 ** 31, 8, 1, -size]) {
      memory.control[controlWord.TAIL] = tail + jump;
      violation(() => reader.available());
    }
    memory.control[controlWord.TAIL] = tail + size;
    assertEquals(reader.available(), size);
    // It has gone back behind what it said.
    memory.control[controlWord.TAIL] = tail + 16;
    violation(() => reader.available());
  });

  Deno.test(`an index of the reader that can't be is refused, at 0x${name}`, () => {
    const { memory, writer } = testRing(size, start);
    writer.add(size);
    writer.publish();
    const head = memory.control[controlWord.HEAD]!;
    writer.check();
    for (const jump of [-16, size + 16, 2 ** 31, 8, 1]) {
      memory.control[controlWord.HEAD] = head + jump;
      assertEquals(writer.room(size), 0);
      violation(() => writer.check());
      violation(() => writer.sleep(16));
      assert(!writer.isEmpty());
    }
  });
}

Deno.test("each side is woken once, and only if it asked for it", () => {
  const { writer, reader } = testRing();
  writer.add(16);
  assert(!writer.publish());
  reader.take(reader.available());
  assert(!reader.release());
  assert(reader.sleep());
  writer.add(16);
  assert(writer.publish());
  writer.add(16);
  assert(!writer.publish());
  // There is something, so that it doesn't sleep.
  assert(!reader.sleep());
  reader.awake();
  writer.add(4064);
  assert(!writer.publish());
  assert(writer.sleep(16));
  reader.take(reader.available());
  assert(reader.release());
  assert(!reader.release());
});

Deno.test("an end is seen, and wakes the reader", () => {
  const { writer, reader } = testRing();
  assert(!reader.finished);
  assert(reader.sleep());
  assert(writer.finish());
  assert(reader.finished);
  assert(!reader.sleep());
});

Deno.test("a flag with a wild value wakes nobody", () => {
  const { memory, writer } = testRing();
  memory.control[controlWord.READER_SLEEPS] = 7;
  writer.add(16);
  assert(!writer.publish());
});

Deno.test("records fill up to multiples of 16", () => {
  assertEquals([0, 1, 16, 17, 4294967283].map(padded), [
    0,
    16,
    16,
    32,
    4294967296,
  ]);
});
