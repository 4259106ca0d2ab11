import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { equals } from "@std/bytes";
import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import { foreignProtocol } from "../../protocol/foreign_protocol.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { FrameEncoder } from "../../protocol/frame_encoder.ts";
import {
  Message,
  MessageHeader,
  type MessageType,
  RpcError,
  type RpcErrorCode,
  StreamBody,
} from "../../protocol/mod.ts";

/** Bytes that own an ArrayBuffer. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Hands a chunk to a decoder; gives the messages it completed. */
export type Feed = (decoder: FrameDecoder, chunk: Bytes) => Message[];

/** Both ways to feed a decoder. */
export const FEEDS: readonly (readonly [name: string, feed: Feed])[] = [
  ["pushed", (decoder, chunk) => decoder.push(chunk.slice())],
  ["read into space()", (decoder, chunk) => {
    const messages: Message[] = [];
    for (let pos = 0; pos < chunk.length;) {
      const n = readInto(decoder, chunk.subarray(pos));
      messages.push(...decoder.commit(n));
      pos += n;
    }
    return messages;
  }],
];

/**
 * Does what a read does: writes to the front of `space()`. The rest of it is
 * scribbled over, so that a body delivered from there would show it.
 *
 * @returns How many bytes went in.
 */
export function readInto(decoder: FrameDecoder, bytes: Bytes): number {
  const space = decoder.space();
  // A read into an empty buffer gives 0 for ever.
  assert(space.length > 0, "space() is empty");
  const again = decoder.space();
  assert(
    again.buffer === space.buffer && again.byteOffset === space.byteOffset,
    "space() has moved",
  );
  const n = Math.min(space.length, bytes.length);
  space.set(bytes.subarray(0, n));
  space.fill(0xee, n, Math.min(space.length, n + 1024));
  return n;
}

/** Makes a decoder. */
export function decoderOf(config?: StreamConfig): FrameDecoder {
  return new FrameDecoder(
    resolveStreamConfig(config),
    Infinity,
    foreignProtocol,
  );
}

/** Makes an encoder. */
export function encoderOf(config?: StreamConfig): FrameEncoder {
  return new FrameEncoder(resolveStreamConfig(config));
}

/** Makes a message. */
export function messageOf(
  type: MessageType,
  requestId: number,
  serviceId: number,
  body: string | Bytes = "",
): Message {
  const header = new MessageHeader(type, requestId, serviceId);
  return new Message(header, new StreamBody(body));
}

/** The bytes of a message on a byte stream, made without the encoder. */
export function frameOf(message: Message, little = true): Bytes {
  const { header, body: { data } } = message;
  const frame = new Uint8Array(16 + data.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, 12 + data.length, little);
  view.setUint32(4, header.type, little);
  view.setUint32(8, header.requestId, little);
  view.setInt32(12, header.serviceId, little);
  frame.set(data, 16);
  return frame;
}

/** Fails unless two messages are the same. */
export function assertMessage(
  actual: Message | undefined,
  expected: Message,
  where = "",
): void {
  assertInstanceOf(actual, Message, where);
  const { type, requestId, serviceId } = expected.header;
  const { header } = actual;
  assert(
    header.type === type && header.requestId === requestId &&
      header.serviceId === serviceId,
    `${where}: header ${JSON.stringify(header)}, expected ${
      JSON.stringify(expected.header)
    }`,
  );
  assert(equals(actual.body.data, expected.body.data), `${where}: other bytes`);
}

/** Fails unless two lists of messages are the same. */
export function assertMessages(
  actual: readonly Message[],
  expected: readonly Message[],
  where = "",
): void {
  assertEquals(actual.length, expected.length, `${where}: number of messages`);
  expected.forEach((message, i) =>
    assertMessage(actual[i], message, `${where}, message ${i}`)
  );
}

/** Fails unless it is the fatal error of the other side that is expected. */
export function assertFatal(
  error: unknown,
  code: RpcErrorCode,
  where = "",
): asserts error is RpcError {
  assertInstanceOf(error, RpcError, where);
  assertEquals(error.code, code, where);
  assertEquals(error.fatal, true, where);
  assertEquals(error.side, "remote", where);
}
