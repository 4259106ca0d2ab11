import type { Endian } from "../../protocol/header.ts";
import type { Message, MessageType, RpcErrorCode } from "../../protocol/mod.ts";
import { type Bytes, messageOf } from "./support.ts";
import vectors from "./vectors.json" with { type: "json" };

/** A golden message, and its bytes. */
export interface ValidVector {
  readonly name: string;
  readonly endian: Endian;
  readonly message: Message;
  readonly bytes: Bytes;
}

/** Golden bytes, and the error that they give. */
export interface InvalidVector {
  readonly name: string;
  readonly endian: Endian;
  readonly bytes: Bytes;
  readonly error: RpcErrorCode;
}

function valid(framing: string): ValidVector[] {
  return vectors.valid.filter((vector) => vector.framing === framing)
    .map(({ name, endian, type, requestId, serviceId, body, bytes }) => ({
      name,
      endian: endian as Endian,
      message: messageOf(
        type as MessageType,
        requestId,
        serviceId,
        Uint8Array.fromHex(body),
      ),
      bytes: Uint8Array.fromHex(bytes),
    }));
}

function invalid(framing: string): InvalidVector[] {
  return vectors.invalid.filter((vector) => vector.framing === framing)
    .map(({ name, endian, error, bytes }) => ({
      name,
      endian: endian as Endian,
      error: error as RpcErrorCode,
      bytes: Uint8Array.fromHex(bytes),
    }));
}

/** Valid frames of byte streams. */
export const STREAM_VALID: readonly ValidVector[] = valid("stream");
/** Invalid frames of byte streams. */
export const STREAM_INVALID: readonly InvalidVector[] = invalid("stream");
/** Valid datagrams. */
export const DATAGRAM_VALID: readonly ValidVector[] = valid("datagram");
/** Invalid datagrams. */
export const DATAGRAM_INVALID: readonly InvalidVector[] = invalid("datagram");
/** The byte orders of the vectors. */
export const ENDIANS = ["little", "big"] as const;
