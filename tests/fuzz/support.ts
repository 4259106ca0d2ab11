import { assert, assertEquals } from "@std/assert";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Endian } from "../../protocol/header.ts";
import type { Message, MessageType, RpcErrorCode } from "../../protocol/mod.ts";
import { type Bytes, messageOf, readInto } from "../protocol/support.ts";
import type { Prng } from "./prng.ts";

/** What a byte stream comes to: messages, and the error that ends it. */
export interface Outcome {
  readonly messages: readonly Message[];
  readonly code: RpcErrorCode | null;
}

/** A byte order other than the machine's own, too. */
export function randomEndian(random: Prng): Endian {
  return random.pick(["little", "big", "native"] as const);
}

/** A message with a header at the edges of its ranges, or within. */
export function randomMessage(random: Prng, maxBodyLen: number): Message {
  const type = random.int(0, 4) as MessageType;
  const requestId = random.oneIn(4)
    ? random.pick([0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])
    : random.uint32();
  const serviceId = random.oneIn(4)
    ? random.pick([0, -1, -0x8000_0000, 0x7fff_ffff])
    : random.uint32() | 0;
  const most = random.oneIn(8) ? maxBodyLen : Math.min(maxBodyLen, 200);
  const length = random.oneIn(6) ? 0 : random.int(0, most);
  return messageOf(type, requestId, serviceId, random.bytes(length));
}

/** Chunks of random length; some schedules are of small ones, some of large ones. */
export function randomChunks(bytes: Bytes, random: Prng): Bytes[] {
  const most = random.pick([1, 3, 17, 300, 5000, 100_000, bytes.length + 1]);
  const chunks: Bytes[] = [];
  for (let pos = 0; pos < bytes.length;) {
    const end = pos + random.int(random.oneIn(10) ? 0 : 1, most);
    chunks.push(bytes.slice(pos, end));
    pos = end;
  }
  return chunks;
}

/** Feeds bytes in random pieces, one way or the other, and calls back after each. */
export function feedRandomly(
  decoder: FrameDecoder,
  bytes: Bytes,
  random: Prng,
  after: () => void = () => {},
): Message[] {
  const messages: Message[] = [];
  const push = random.oneIn(2);
  for (let chunk of randomChunks(bytes, random)) {
    if (push) messages.push(...decoder.push(chunk));
    while (!push && chunk.length > 0) {
      const n = readInto(decoder, chunk);
      messages.push(...decoder.commit(n));
      chunk = chunk.subarray(n);
      after();
    }
    after();
  }
  return messages;
}

/** Decodes all bytes at once, in the simplest way there is. */
export function decodeSimply(
  bytes: Bytes,
  little: boolean,
  limit: number,
): Outcome {
  const messages: Message[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let pos = 0;;) {
    if (pos === bytes.length) return { messages, code: null };
    if (bytes.length - pos < 16) {
      return { messages, code: "connection-aborted" };
    }
    const length = view.getUint32(pos, little);
    const type = view.getUint32(pos + 4, little);
    if (length < 12) return { messages, code: "message-too-short" };
    if (length - 12 > limit) return { messages, code: "payload-too-large" };
    if (type > 4) return { messages, code: "invalid-message-type" };
    const end = pos + 4 + length;
    if (end > bytes.length) return { messages, code: "connection-aborted" };
    const [requestId, serviceId] = [
      view.getUint32(pos + 8, little),
      view.getInt32(pos + 12, little),
    ];
    const body = bytes.slice(pos + 16, end);
    messages.push(messageOf(type as MessageType, requestId, serviceId, body));
    pos = end;
  }
}

/** Fails if a decoder holds more than a slab and what has arrived can account for. */
export function assertBounded(decoder: FrameDecoder, where: string): void {
  const { byteLength } = decoder.space().buffer;
  assert(byteLength <= 256 * 1024, `${where}: holds ${byteLength} bytes`);
}

/** Fails unless the end of a decoder is what is expected. */
export function assertEnd(
  decoder: FrameDecoder,
  code: RpcErrorCode | null,
  where: string,
): void {
  const error = decoder.end();
  assertEquals(error?.code ?? null, code, where);
  if (error === null) return;
  assertEquals([error.fatal, error.side], [true, "remote"], where);
}
