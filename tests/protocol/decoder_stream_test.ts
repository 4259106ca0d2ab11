import { sized } from "../support/suite/long.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { concat } from "@std/bytes";
import {
  type Message,
  MessageDecoderStream,
  RpcError,
} from "../../protocol/mod.ts";
import { assertFatal, assertMessages, type Bytes } from "./support.ts";
import {
  ENDIANS,
  STREAM_INVALID,
  STREAM_VALID,
  type ValidVector,
} from "./vectors.ts";

const STEP = sized(3, 1);

/** The messages of a stream of chunks, and the error that ended it, or null. */
async function decode(
  chunks: readonly Bytes[],
  endian: ValidVector["endian"],
): Promise<[Message[], unknown]> {
  const messages: Message[] = [];
  const stream = ReadableStream.from(chunks.map((chunk) => chunk.slice()))
    .pipeThrough(new MessageDecoderStream({ endian }));
  try {
    for await (const message of stream) messages.push(message);
    return [messages, null];
  } catch (error) {
    return [messages, error];
  }
}

/** Bytes whole, in two chunks cut at every third byte or at each, and byte by byte. */
function* schedules(bytes: Bytes): Generator<Bytes[]> {
  yield [bytes];
  for (let cut = 1; cut < bytes.length; cut += STEP) {
    yield [bytes.subarray(0, cut), bytes.subarray(cut)];
  }
  yield Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
}

async function checkValid(vectors: readonly ValidVector[]): Promise<void> {
  const bytes = concat(vectors.map((v) => v.bytes));
  const expected = vectors.map(({ message }) => message);
  for (const chunks of schedules(bytes)) {
    const where = `first chunk of ${chunks[0]!.length} bytes`;
    const [messages, error] = await decode(chunks, vectors[0]!.endian);
    assertEquals(error, null, where);
    assertMessages(messages, expected, where);
  }
}

for (const vector of STREAM_VALID) {
  Deno.test(`Valid vector "${vector.name}" comes out of a MessageDecoderStream whatever the chunks`, async () => {
    await checkValid([vector]);
  });
}

for (const endian of ENDIANS) {
  Deno.test(`All valid ${endian} endian vectors in a row come out of a MessageDecoderStream whatever the chunks`, async () => {
    await checkValid(STREAM_VALID.filter((v) => v.endian === endian));
  });
}

for (const { name, endian, error: code, bytes } of STREAM_INVALID) {
  Deno.test(`Invalid vector "${name}" errors a MessageDecoderStream with ${code} behind the messages in front of it`, async () => {
    const good = STREAM_VALID.filter((v) =>
      v.endian === endian && v.bytes.length < 32
    );
    const front = concat(good.map((v) => v.bytes));
    for (const chunks of schedules(bytes)) {
      const where = `first chunk of ${chunks[0]!.length} bytes`;
      const [none, error] = await decode(chunks, endian);
      assertEquals(none, [], where);
      assertFatal(error, code, where);
      const [messages, behind] = await decode([front, ...chunks], endian);
      assertFatal(behind, code, where);
      assertMessages(messages, good.map((v) => v.message), where);
    }
    const [messages, error] = await decode([concat([front, bytes])], endian);
    assertFatal(error, code, "in one chunk");
    assertMessages(messages, good.map((v) => v.message), "in one chunk");
  });

  Deno.test(`Invalid vector "${name}" that ends before its error shows errors a MessageDecoderStream with connection-aborted`, async () => {
    const shown = code === "connection-aborted" ? Infinity : 16;
    for (let n = 1; n < Math.min(bytes.length, shown); n++) {
      const [none, error] = await decode([bytes.subarray(0, n)], endian);
      assertEquals(none, []);
      assertFatal(error, "connection-aborted", `${n} bytes`);
    }
  });
}

Deno.test("A MessageDecoderStream of nothing, or of empty chunks, ends cleanly", async () => {
  assertEquals(await decode([], "little"), [[], null]);
  const empty = new Uint8Array(0);
  assertEquals(await decode([empty, empty], "little"), [[], null]);
  const { bytes, message } = STREAM_VALID[0]!;
  const chunks = [empty, bytes.subarray(0, 9), empty, bytes.subarray(9), empty];
  const [messages, error] = await decode(chunks, "little");
  assertEquals(error, null);
  assertMessages(messages, [message]);
});

Deno.test("The error of a MessageDecoderStream is given again, and fails later writes", async () => {
  const { readable, writable } = new MessageDecoderStream();
  const writer = writable.getWriter();
  const reader = readable.getReader();
  const bad = STREAM_INVALID.find((v) => v.name === "type 5")!;
  const writing = writer.write(bad.bytes.slice());
  const error = await assertRejects(() => reader.read(), RpcError);
  assertFatal(error, "invalid-message-type");
  await writing;
  const again = await assertRejects(() => reader.read(), RpcError);
  assertStrictEquals(again, error);
  assertStrictEquals(await assertRejects(() => writer.closed), error);
  const refused = await assertRejects(() => writer.write(new Uint8Array(1)));
  assertStrictEquals(refused, error);
});

Deno.test("Cancelling a MessageDecoderStream fails the writes with the reason", async () => {
  const { readable, writable } = new MessageDecoderStream();
  const writer = writable.getWriter();
  const reason = new Error("enough");
  await readable.cancel(reason);
  assertStrictEquals(await assertRejects(() => writer.closed), reason);
});

Deno.test("Aborting the input of a MessageDecoderStream fails the reads with the reason", async () => {
  const { readable, writable } = new MessageDecoderStream();
  const reader = readable.getReader();
  const reading = reader.read();
  const reason = new Error("cable pulled");
  const aborting = writable.abort(reason);
  assertStrictEquals(await assertRejects(() => reading), reason);
  await aborting;
});

Deno.test("A MessageDecoderStream takes no more chunks than are asked for, but for one or two", async () => {
  const { bytes } = STREAM_VALID[0]!;
  let pulled = 0;
  const source = new ReadableStream<Bytes>({
    pull(controller) {
      pulled++;
      controller.enqueue(bytes.slice());
    },
  }, { highWaterMark: 0 });
  const reader = source.pipeThrough(new MessageDecoderStream()).getReader();
  for (let read = 1; read <= 50; read++) {
    assert(!(await reader.read()).done);
    // Whatever would run ahead has the time to do so.
    for (let tick = 0; tick < 100; tick++) await null;
    assert(pulled <= read + 2, `${pulled} chunks for ${read} messages`);
  }
  await reader.cancel();
});

Deno.test("A MessageDecoderStream refuses limits out of range", () => {
  assertThrows(
    () => new MessageDecoderStream({ maxBodyLenRead: -1 }),
    RangeError,
    "maxBodyLenRead",
  );
});
