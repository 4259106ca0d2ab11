import { writeBuffers } from "../../protocol/write_buffers.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import { concat, equals } from "@std/bytes";
import {
  DIRECT_BODY_LEN,
  type FrameChunk,
} from "../../protocol/frame_encoder.ts";
import { MessageType, RpcError } from "../../protocol/mod.ts";
import { encoderOf, frameOf, messageOf } from "./support.ts";

const CONFIG = { maxBodyLenWrite: 1 << 24 };

function joined(chunks: readonly FrameChunk[]): Uint8Array<ArrayBuffer> {
  return concat(chunks.map(({ bytes }) => bytes));
}

Deno.test("An encoder with nothing to write is empty and gives no chunk", () => {
  const encoder = encoderOf();
  assert(encoder.empty);
  assertEquals(encoder.take(), []);
  encoder.push(messageOf(0, 1, 1, "a"));
  assert(!encoder.empty);
  encoder.take();
  assert(encoder.empty);
  assertEquals(encoder.take(), []);
});

Deno.test("Small messages share a chunk, header and body together", () => {
  const encoder = encoderOf();
  const messages = ["", "a", "bc"].map((text, i) => messageOf(0, i, 1, text));
  for (const message of messages) encoder.push(message);
  const chunks = encoder.take();
  assertEquals(chunks.length, 1);
  assert(equals(joined(chunks), concat(messages.map((m) => frameOf(m)))));
});

Deno.test("A copied body may change at once", () => {
  const encoder = encoderOf(CONFIG);
  const body = new Uint8Array(DIRECT_BODY_LEN - 1).fill(1);
  const message = messageOf(0, 1, 1, body);
  const expected = frameOf(message);
  let settled = false;
  assert(encoder.copies(message));
  encoder.push(message, () => settled = true);
  body.fill(2);
  const chunks = encoder.take();
  assert(equals(joined(chunks), expected));
  // Who pushes settles a copied message itself.
  assert(chunks.every(({ settle }) => settle === undefined));
  assertEquals(settled, false);
});

Deno.test("A body of 256 KiB is passed by reference, with its settle and no buffer to recycle", () => {
  const encoder = encoderOf(CONFIG);
  assertEquals(DIRECT_BODY_LEN, 256 * 1024);
  const body = new Uint8Array(DIRECT_BODY_LEN).fill(1);
  const message = messageOf(MessageType.Response, 1, 1, body);
  const settle = () => {};
  assert(!encoder.copies(message));
  encoder.push(message, settle);
  const [head, direct, ...rest] = encoder.take();
  assertEquals(rest, []);
  assertEquals(head?.bytes, frameOf(message).slice(0, 16));
  assertEquals(head?.settle, undefined);
  assert(head?.buffer !== null);
  assertStrictEquals(direct?.bytes, body);
  assertStrictEquals(direct.settle, settle);
  assertStrictEquals(direct.buffer, null);
});

Deno.test("Large and small messages keep their order", () => {
  const encoder = encoderOf(CONFIG);
  const lengths = [
    3,
    DIRECT_BODY_LEN,
    0,
    5000,
    300_000,
    DIRECT_BODY_LEN - 1,
    1,
  ];
  const messages = lengths.map((length, i) =>
    messageOf(4, i, length, new Uint8Array(length).fill(i + 1))
  );
  for (const message of messages) encoder.push(message);
  const expected = concat(messages.map((message) => frameOf(message)));
  assert(equals(joined(encoder.take()), expected));
});

Deno.test("check() refuses what is over the limit, and nothing is written of it", () => {
  const encoder = encoderOf({ maxBodyLenWrite: 3 });
  assertEquals(encoder.check(messageOf(0, 7, 2, "abc")), null);
  const error = encoder.check(messageOf(MessageType.Response, 7, 2, "abcd"));
  assertInstanceOf(error, RpcError);
  assertEquals(
    [error.code, error.fatal, error.side, error.limit, error.actual],
    ["payload-too-large", false, "local", 3, 4],
  );
  assert(error.message.includes("maxBodyLenWrite"), error.message);
  assert(error.message.includes("4"), error.message);
  assert(encoder.empty);
});

Deno.test("The limit of writing is not that of reading", () => {
  const encoder = encoderOf({ maxBodyLenRead: 1, maxBodyLenWrite: 2 });
  assertEquals(encoder.check(messageOf(0, 0, 0, "ab")), null);
  assertEquals(encoder.check(messageOf(0, 0, 0, "abc"))?.limit, 2);
});

Deno.test("A recycled buffer is used again, and what it held before is gone from it alone", () => {
  const encoder = encoderOf();
  const first = messageOf(0, 1, 1, "first");
  encoder.push(first);
  const [one] = encoder.take();
  assert(one?.buffer);
  const second = messageOf(0, 2, 2, "second");
  encoder.push(second);
  const [two] = encoder.take();
  // Not given back yet: another buffer, and the first one still stands.
  assert(two?.buffer && two.buffer !== one.buffer);
  assert(equals(one.bytes, frameOf(first)));

  writeBuffers.give(one.buffer);
  const third = messageOf(0, 3, 3, "third");
  encoder.push(third);
  const [three] = encoder.take();
  assertStrictEquals(three?.buffer, one.buffer);
  assert(equals(three.bytes, frameOf(third)));
  assert(equals(two.bytes, frameOf(second)));
});

Deno.test("A recycled buffer is given out once", () => {
  const encoder = encoderOf();
  encoder.push(messageOf(0, 1, 1, "first"));
  const [one] = encoder.take();
  writeBuffers.give(one!.buffer!);
  const messages = ["a", "b"].map((text, i) => messageOf(0, i, 0, text));
  const chunks = messages.flatMap((message) => {
    encoder.push(message);
    return encoder.take();
  });
  assert(chunks[0]!.buffer !== chunks[1]!.buffer);
  chunks.forEach(({ bytes }, i) =>
    assert(equals(bytes, frameOf(messages[i]!)))
  );
});

Deno.test("A body that is longer than the recycled buffer doesn't go into it", () => {
  for (const length of [4080, 4081, 100_000]) {
    const encoder = encoderOf(CONFIG);
    encoder.push(messageOf(0, 1, 1, "a"));
    writeBuffers.give(encoder.take()[0]!.buffer!);
    const message = messageOf(0, 2, 2, new Uint8Array(length).fill(length));
    encoder.push(message);
    assert(equals(joined(encoder.take()), frameOf(message)), `${length} bytes`);
  }
});
