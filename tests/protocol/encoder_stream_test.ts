import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { concat, equals } from "@std/bytes";
import { DIRECT_BODY_LEN } from "../../protocol/frame_encoder.ts";
import {
  Message,
  MessageDecoderStream,
  MessageEncoderStream,
  MessageHeader,
  MessageType,
  RpcError,
  StreamBody,
  type StreamConfig,
} from "../../protocol/mod.ts";
import { assertMessages, type Bytes, frameOf, messageOf } from "./support.ts";
import { ENDIANS, STREAM_VALID } from "./vectors.ts";

function encode(
  messages: Iterable<Message>,
  config?: StreamConfig,
): Promise<Bytes[]> {
  return Array.fromAsync(
    ReadableStream.from(messages).pipeThrough(new MessageEncoderStream(config)),
  );
}

for (const { name, endian, message, bytes } of STREAM_VALID) {
  Deno.test(`Valid vector "${name}" comes out of a MessageEncoderStream as its bytes, in one chunk`, async () => {
    const chunks = await encode([message], { endian });
    assertEquals(chunks.length, 1);
    assert(equals(chunks[0]!, bytes));
  });
}

for (const endian of ENDIANS) {
  Deno.test(`All valid ${endian} endian vectors go through both streams and come back`, async () => {
    const vectors = STREAM_VALID.filter((v) => v.endian === endian);
    const messages = vectors.map(({ message }) => message);
    const chunks = await encode(messages, { endian });
    assert(equals(concat(chunks), concat(vectors.map((v) => v.bytes))));
    const back = await Array.fromAsync(
      ReadableStream.from(messages)
        .pipeThrough(new MessageEncoderStream({ endian }))
        .pipeThrough(new MessageDecoderStream({ endian })),
    );
    assertMessages(back, messages);
  });
}

Deno.test("A body of 256 KiB is a chunk of its own, without a copy, and one byte less is copied", async () => {
  const config = { maxBodyLenWrite: DIRECT_BODY_LEN };
  const large = new Uint8Array(DIRECT_BODY_LEN).fill(7);
  const [head, body, ...rest] = await encode(
    [messageOf(0, 1, 2, large)],
    config,
  );
  assertEquals(rest.length, 0);
  assertEquals(head?.length, 16);
  assertStrictEquals(body, large);

  const smaller = large.subarray(1);
  const message = messageOf(0, 1, 2, smaller);
  const [whole, ...none] = await encode([message], config);
  assertEquals(none.length, 0);
  assert(whole !== undefined && equals(whole, frameOf(message)));
  assert(whole.buffer !== smaller.buffer);
});

Deno.test("A body over the writing limit errors a MessageEncoderStream, behind the messages in front of it", async () => {
  const { readable, writable } = new MessageEncoderStream({
    maxBodyLenWrite: 3,
  });
  const reader = readable.getReader();
  const writer = writable.getWriter();
  const fine = messageOf(MessageType.Request, 1, 2, "abc");
  const [, { value }] = await Promise.all([writer.write(fine), reader.read()]);
  assert(value !== undefined && equals(value, frameOf(fine)));

  const reading = assertRejects(() => reader.read(), RpcError);
  const writing = assertRejects(
    () => writer.write(messageOf(MessageType.Request, 2, 2, "abcd")),
    RpcError,
  );
  const error = await reading;
  assertStrictEquals(await writing, error);
  assertEquals(error.code, "payload-too-large");
  assertEquals(error.side, "local");
  assertEquals([error.limit, error.actual], [3, 4]);
  await assertRejects(() => writer.closed, RpcError);
});

for (
  const [what, header] of [
    ["message type", new MessageHeader(5 as MessageType, 0, 0)],
    ["request id", new MessageHeader(MessageType.Request, -1, 0)],
    ["service id", new MessageHeader(MessageType.Request, 0, 2 ** 31)],
  ] as const
) {
  Deno.test(`A ${what} out of range errors a MessageEncoderStream with a RangeError`, async () => {
    await assertRejects(
      () => encode([new Message(header, new StreamBody(""))]),
      RangeError,
      what,
    );
  });
}

Deno.test("A MessageEncoderStream of nothing is nothing", async () => {
  assertEquals(await encode([]), []);
});

Deno.test("A MessageEncoderStream refuses limits out of range", () => {
  assertThrows(
    () => new MessageEncoderStream({ maxBodyLenWrite: 1.5 }),
    RangeError,
    "maxBodyLenWrite",
  );
});
