/** `settle` of the public streams: called once for each message, whatever becomes of it. */
import { assertEquals, assertRejects } from "@std/assert";
import {
  Message,
  MessageHeader,
  MessageType,
  type Outgoing,
  type RpcError,
  StreamBody,
} from "../../mod.ts";
import { SCRIPTED_KINDS, scriptedPair } from "../support/scripted_duplex.ts";

const KIB = 1024;
const LIMITS = {
  maxBodyLenRead: 4 * KIB * KIB,
  maxBodyLenWrite: 4 * KIB * KIB,
};

/** Messages of all types and of lengths around what is copied, and their settles. */
function batch(length: number): { batch: Outgoing[]; settled: string[][] } {
  const settled: string[][] = [];
  const batch = Object.values(MessageType).map((type): Outgoing => {
    const calls: string[] = [];
    settled.push(calls);
    return {
      message: new Message(
        new MessageHeader(type, 1, 1),
        new StreamBody(new Uint8Array(length)),
      ),
      settle: (error) => calls.push(error?.code ?? "done"),
    };
  });
  return { batch, settled };
}

for (const kind of SCRIPTED_KINDS) {
  for (const length of [0, 100, 256 * KIB - 1, 256 * KIB, 900 * KIB]) {
    Deno.test(`${length} bytes that are written settle once (${kind})`, async () => {
      const [end] = scriptedPair({ writeMost: 100_000 });
      const transport = end[kind](LIMITS);
      const writer = transport.writable.getWriter();
      const { batch: messages, settled } = batch(length);
      await writer.write(messages);
      assertEquals(settled, messages.map(() => ["done"]));
      await transport.close();
      await writer.abort().catch(() => {});
    });

    Deno.test(`${length} bytes that can't be written settle once (${kind})`, async () => {
      const [end, other] = scriptedPair({ capacity: 100 });
      const transport = end[kind](LIMITS);
      const writer = transport.writable.getWriter();
      const { batch: messages, settled } = batch(length);
      const writing = writer.write(messages);
      const failed = assertRejects(() => writing);
      other.input.failWrites(new Error("no such wire"));
      await failed;
      for (const calls of settled) assertEquals(calls.length, 1);
      await transport.close();
      await writer.closed.catch(() => {});
    });
  }

  Deno.test(`a wire that is cut inside the last piece settles each once (${kind})`, async () => {
    const [end, other] = scriptedPair({ capacity: 400 * KIB });
    const transport = end[kind](LIMITS);
    const writer = transport.writable.getWriter();
    const calls: (string | undefined)[] = [];
    const writing = writer.write([{
      message: new Message(
        new MessageHeader(MessageType.Response, 1, 1),
        new StreamBody(new Uint8Array(500 * KIB)),
      ),
      settle: (error) => calls.push(error?.code),
    }]);
    const failed = assertRejects(() => writing);
    // Its second piece, which is the last one, waits for room.
    for (let i = 0; !other.input.blocked && i < 100; i++) {
      await Promise.resolve();
    }
    other.input.failWrites(new Error("no such wire"));
    await failed;
    assertEquals(calls.length, 1, `settled with ${calls.join(" and ")}`);
    await transport.close();
    await writer.closed.catch(() => {});
  });

  Deno.test(`a message over the limit settles with the error, and is skipped (${kind})`, async () => {
    const [end, other] = scriptedPair();
    const transport = end[kind]({ maxBodyLenWrite: 10 });
    const writer = transport.writable.getWriter();
    const errors: (RpcError | undefined)[] = [];
    await writer.write(["short", "much too long", "short"].map((text) => ({
      message: new Message(
        new MessageHeader(MessageType.Stream, 0, 1),
        new StreamBody(text),
      ),
      settle: (error?: RpcError) => errors.push(error),
    })));
    const codes = errors.map((error) => error?.code ?? "done").sort();
    assertEquals(codes, ["done", "done", "payload-too-large"]);
    assertEquals(other.input.written, 2 * (16 + "short".length));
    await transport.close();
    await writer.abort();
  });
}
