/**
 * The wire: headers, messages, errors, and the framing of byte streams. Nothing
 * in here does I/O or knows a socket.
 *
 * @example A message to bytes and back
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import {
 *   Message,
 *   MessageDecoderStream,
 *   MessageEncoderStream,
 *   MessageHeader,
 *   MessageType,
 *   StreamBody,
 * } from "jsr:@fizyr/rpc/protocol";
 *
 * const sent = new Message(new MessageHeader(MessageType.Request, 0, 1), new StreamBody("Hi"));
 * const received = ReadableStream.from([sent])
 *   .pipeThrough(new MessageEncoderStream())
 *   .pipeThrough(new MessageDecoderStream());
 * for await (const message of received) assertEquals(message.text(), "Hi");
 * ```
 *
 * @module
 */
export {
  type Body,
  type BodyData,
  type BodyInput,
  type FdsInput,
  StreamBody,
} from "./body.ts";
export type { LentInput } from "./body.ts";
export type { StreamConfig } from "./config.ts";
export type { Endian } from "./header.ts";
export {
  RpcError,
  type RpcErrorCode,
  type RpcErrorOptions,
  type RpcErrorOutcome,
} from "./error.ts";
export type { ErrorReason } from "./error.ts";
export { HEADER_LEN, MAX_PAYLOAD_LEN, MessageHeader } from "./header.ts";
export { Message } from "./message.ts";
export {
  MessageDecoderStream,
  MessageEncoderStream,
} from "./message_streams.ts";
export { MessageType } from "./header.ts";
export { serviceId } from "./service_id.ts";
