/** Bodies that are given away, and chunks that are a body. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  StreamBody,
  toStreamBody,
  TransferredBody,
} from "../../protocol/body.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { frameOf, messageOf } from "./support.ts";

const LENGTH = 300 * 1024;
const LIMITS = { maxBodyLenRead: LENGTH };

Deno.test("a body is given away only where the sender says so", () => {
  const data = new Uint8Array(5);
  const given = toStreamBody({ data, transfer: true });
  assert(given instanceof TransferredBody);
  assertStrictEquals(given.data, data);
  for (const input of [data, { data }, { data, transfer: false }]) {
    assert(!(toStreamBody(input) instanceof TransferredBody));
  }
  // As when it is passed on, a second time.
  assertStrictEquals(toStreamBody(given), given);
});

Deno.test("a chunk that is exactly a large body becomes the body", () => {
  const decoder = new FrameDecoder(resolveStreamConfig(LIMITS));
  const frame = frameOf(messageOf(4, 0, 1, new Uint8Array(LENGTH).fill(7)));
  const head = frame.slice(0, 16);
  const body = frame.slice(16);
  assertEquals(decoder.push(head), []);
  const [message] = decoder.push(body);
  assertStrictEquals(message?.body.data.buffer, body.buffer);
  assertEquals(message?.body.data.length, LENGTH);
  assertEquals([decoder.partial, decoder.received], [false, LENGTH + 16]);
});

Deno.test("a chunk that is a part of a buffer is copied into the body", () => {
  const decoder = new FrameDecoder(resolveStreamConfig(LIMITS));
  const frame = frameOf(messageOf(4, 0, 1, new Uint8Array(LENGTH).fill(7)));
  decoder.push(frame.slice(0, 16));
  const [message] = decoder.push(frame.subarray(16));
  assert(message?.body.data.buffer !== frame.buffer);
  assertEquals(message?.body.data, frame.subarray(16));
});

Deno.test("a chunk that is less, or more, than a body is copied", () => {
  for (const length of [LENGTH - 1, LENGTH + 16]) {
    const decoder = new FrameDecoder(resolveStreamConfig(LIMITS));
    const one = frameOf(messageOf(4, 0, 1, new Uint8Array(LENGTH).fill(7)));
    const two = frameOf(messageOf(4, 0, 2, new StreamBody("").data));
    const all = new Uint8Array([...one, ...two]);
    decoder.push(all.slice(0, 16));
    const messages = [
      ...decoder.push(all.slice(16, 16 + length)),
      ...decoder.push(all.slice(16 + length)),
    ];
    assertEquals(messages.map((message) => message.body.data.length), [
      LENGTH,
      0,
    ]);
    assert(messages[0]?.body.data.every((byte) => byte === 7));
  }
});
