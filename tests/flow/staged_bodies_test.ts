/** The buffer through which the pieces of a large response go. */
import {
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import { StreamBody } from "../../protocol/body.ts";
import { resolveStreamConfig } from "../../protocol/config.ts";
import { Message } from "../../protocol/message.ts";
import {
  FRAME_HEAD_LEN,
  MessageHeader,
  MessageType,
} from "../../protocol/header.ts";
import { FrameChannel } from "../../transports/framed/frame_channel.ts";
import { ReadyIo } from "./ready_io.ts";

const BODY_LEN = 600 * 1024;

/** Keeps the buffers of the pieces, and takes them when it is told to. */
class WatchedIo extends ReadyIo {
  readonly buffers = new Set<ArrayBuffer>();
  readonly content: number[] = [];
  readonly begun = Promise.withResolvers<void>();
  taken: Promise<void> = Promise.resolve();

  override async send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    if (bytes.length <= FRAME_HEAD_LEN) return bytes.length;
    this.buffers.add(bytes.buffer);
    this.begun.resolve();
    await this.taken;
    this.content.push(bytes[0]!, bytes.at(-1)!);
    return bytes.length;
  }
}

/** Writes a response of bytes that are all `value`. */
function respond(io: WatchedIo, value: number): Promise<void> {
  const config = resolveStreamConfig({ maxBodyLenWrite: BODY_LEN });
  const channel = new FrameChannel(io, config);
  const header = new MessageHeader(MessageType.Response, 0, 0);
  const body = new StreamBody(new Uint8Array(BODY_LEN).fill(value));
  channel.push(new Message(header, body), true);
  return channel.write();
}

Deno.test("Connections share the buffer through which large responses go, one after the other", async () => {
  const ios = [new WatchedIo(), new WatchedIo()];
  for (const io of ios) await respond(io, 1);
  assertEquals(ios.map(({ buffers }) => buffers.size), [1, 1]);
  const [first, second] = ios.map(({ buffers }) => [...buffers][0]);
  assertStrictEquals(first, second);
});

Deno.test("Large responses that are written at the same time have a buffer each", async () => {
  const gate = Promise.withResolvers<void>();
  const ios = [new WatchedIo(), new WatchedIo()];
  const written = ios.map((io, i) => {
    io.taken = gate.promise;
    return respond(io, i + 1);
  });
  await Promise.all(ios.map(({ begun }) => begun.promise));
  const [first, second] = ios.map(({ buffers }) => [...buffers][0]!);
  assertNotStrictEquals(first, second);
  gate.resolve();
  await Promise.all(written);
  // Three pieces, the first and the last byte of each.
  assertEquals(ios.map(({ content }) => content), [
    Array(6).fill(1),
    Array(6).fill(2),
  ]);
});
