import { assert, assertEquals } from "@std/assert";
import { concat, equals } from "@std/bytes";
import { BodyPool } from "../../protocol/large_body.ts";
import type { Message } from "../../protocol/mod.ts";
import { Prng } from "../fuzz/prng.ts";
import { decoderOf, FEEDS, frameOf, messageOf } from "./support.ts";
import { numberedBody } from "../support/bodies/numbered_body.ts";

const KIB = 1024;
const CONFIG = { maxBodyLenRead: 1 << 24 };

function dispose({ body }: Message): void {
  body[Symbol.dispose]();
}

for (const [how, feed] of FEEDS) {
  Deno.test(`Disposed bodies become empty, and no kept one is overwritten by those behind it, ${how} (seed 3)`, () => {
    const random = new Prng(3);
    const decoder = decoderOf(CONFIG);
    const kept = new Map<Message, [number: number, length: number]>();
    for (let id = 0; id < 400; id++) {
      const length = random.oneIn(5)
        ? random.int(0, 2000)
        : random.int(60 * KIB, 400 * KIB);
      const frame = frameOf(messageOf(4, id, 0, numberedBody(id, length)));
      const messages: Message[] = [];
      for (let pos = 0; pos < frame.length;) {
        const n = random.int(1, 150 * KIB);
        messages.push(...feed(decoder, frame.subarray(pos, pos + n)));
        pos += n;
      }
      const [message] = messages;
      assert(message !== undefined, `message ${id}`);
      assert(
        equals(message.body.data, numberedBody(id, length)),
        `message ${id}`,
      );
      kept.set(message, [id, length]);
      // Some time later, in another order.
      for (const other of kept.keys()) {
        if (!random.oneIn(8)) continue;
        dispose(other);
        // What shared a slab stays as it is, and is looked at again below.
        if (other.body.data.length === 0) kept.delete(other);
      }
    }
    assert(kept.size > 5);
    for (const [message, [id, length]] of kept) {
      const where = `seed 3, message ${id}`;
      assert(equals(message.body.data, numberedBody(id, length)), where);
    }
  });
}

Deno.test("A disposed large body is empty, for all who look at it", () => {
  for (const [how, feed] of FEEDS) {
    const decoder = decoderOf(CONFIG);
    const frame = frameOf(messageOf(4, 1, 2, numberedBody(1, 300 * KIB)));
    const pieces = [frame.subarray(0, 100), frame.subarray(100)];
    const [message] = pieces.flatMap((piece) => feed(decoder, piece));
    assert(message !== undefined, how);
    const view = message.body.data.subarray(5, 10);
    dispose(message);
    assertEquals([message.body.data.length, view.length], [0, 0], how);
    assertEquals(message.text(), "");
    dispose(message);
    // Nothing of it comes back.
    const [next] = pieces.flatMap((piece) => feed(decoder, piece));
    assert(next !== undefined);
    dispose(message);
    assert(equals(next.body.data, numberedBody(1, 300 * KIB)), how);
  }
});

Deno.test("Disposing a small body leaves it and those beside it as they are", () => {
  for (const [how, feed] of FEEDS) {
    const bodies = [1, 2, 3].map((id) => numberedBody(id, 50));
    const frames = bodies.map((body, id) => frameOf(messageOf(4, id, 0, body)));
    const messages = feed(decoderOf(), concat(frames));
    messages.forEach(dispose);
    messages.forEach(({ body }, i) =>
      assert(equals(body.data, bodies[i]!), `${how}, body ${i}`)
    );
  }
});

Deno.test("A body whose buffer was transferred away can be disposed", () => {
  const decoder = decoderOf(CONFIG);
  const frame = frameOf(messageOf(4, 1, 2, numberedBody(1, 300 * KIB)));
  const [message] = [frame.slice(0, 100), frame.slice(100)]
    .flatMap((piece) => decoder.push(piece));
  assert(message !== undefined);
  const away = message.body.data.buffer.transfer();
  dispose(message);
  assertEquals(
    new Uint8Array(away).subarray(0, 300 * KIB),
    numberedBody(1, 300 * KIB),
  );
});

Deno.test("A pool gives a buffer that is long enough, and not twice as long as needed", () => {
  const pool = new BodyPool();
  assertEquals(pool.take(100), null);
  for (
    const [asked, fits] of [[101, false], [100, true], [50, true], [
      49,
      false,
    ]] as const
  ) {
    pool.give(new Uint8Array(100));
    const taken = pool.take(asked);
    assertEquals(taken?.byteLength ?? null, fits ? 100 : null, `${asked}`);
    if (!fits) pool.take(100);
  }
  assertEquals(pool.take(100), null);
});

Deno.test("A pool keeps four buffers at most, and empties those that it doesn't keep", () => {
  const pool = new BodyPool();
  const given = Array.from({ length: 6 }, () => new Uint8Array(100));
  for (const data of given) pool.give(data);
  assertEquals(given.map(({ length }) => length), [0, 0, 0, 0, 0, 0]);
  const taken = Array.from({ length: 6 }, () => pool.take(100) !== null);
  assertEquals(taken, [true, true, true, true, false, false]);
});
