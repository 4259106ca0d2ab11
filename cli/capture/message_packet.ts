import { concat } from "@std/bytes";
import { HEADER_LEN, MessageHeader } from "../../protocol/header.ts";
import { CaptureError } from "./capture_error.ts";
import type { Side, TracedMessage } from "./trace_event.ts";

/** The link type of our captures, which is there for private use. */
export const LINKTYPE_USER0 = 147;

/** What stands in front of the header of a message in a packet of a capture. */
export const PACKET_HEAD_LEN = 12;

/** The version of that. */
const VERSION = 1;

/**
 * The longest packet that Wireshark reads of this link type. What is longer goes into
 * more than one.
 */
export const MAX_PACKET_LEN = 262144;

/** The bits of its flags. */
export const packetFlag = {
  /** The header of the message is big endian. */
  BIG_ENDIAN: 1,
  /** No message: the side sends nothing more. */
  END: 2,
  /** No message: the side broke off. Comes with END. */
  BROKEN: 4,
  /** The next packet of this side goes on with the body. */
  MORE: 8,
  /** It goes on with the body of the packet before; it has no header. */
  CONTINUED: 16,
} as const;

/** A packet of a capture of ours. */
export interface MessagePacket {
  /** Who sent it. */
  readonly from: Side;
  /** Bits of `packetFlag`. */
  readonly flags: number;
  /** The connection, counted from 1. */
  readonly connection: number;
  /** How many descriptors went with the message. */
  readonly descriptors: number;
  /** The header and the body, or the next part of it. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** The packets of a message. */
export function packetsOf(
  connection: number,
  from: Side,
  { header, data, descriptors, littleEndian }: TracedMessage,
): Uint8Array<ArrayBuffer>[] {
  const endian = littleEndian ? "little" : "big";
  const head = MessageHeader.encode(header, endian);
  const order = littleEndian ? 0 : packetFlag.BIG_ENDIAN;
  const packets: Uint8Array<ArrayBuffer>[] = [];
  let first = true;
  let rest = data;
  do {
    const room = MAX_PACKET_LEN - PACKET_HEAD_LEN - (first ? HEADER_LEN : 0);
    const part = rest.subarray(0, room);
    rest = rest.subarray(part.length);
    const flags = order | (first ? 0 : packetFlag.CONTINUED) |
      (rest.length > 0 ? packetFlag.MORE : 0);
    packets.push(encodePacket({
      ...{ connection, from, flags },
      descriptors: first ? descriptors : 0,
      payload: first ? concat([head, part]) : part,
    }));
    first = false;
  } while (rest.length > 0);
  return packets;
}

/** The packet that tells of an end. */
export function endPacket(
  connection: number,
  from: Side,
  broken: boolean,
): Uint8Array<ArrayBuffer> {
  const flags = packetFlag.END | (broken ? packetFlag.BROKEN : 0);
  return encodePacket({
    ...{ connection, from, flags, descriptors: 0 },
    payload: new Uint8Array(),
  });
}

function encodePacket(
  { from, flags, connection, descriptors, payload }: MessagePacket,
): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(PACKET_HEAD_LEN);
  const view = new DataView(head.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, from === "client" ? 0 : 1);
  view.setUint16(2, flags);
  view.setUint32(4, connection);
  view.setUint32(8, descriptors);
  return concat([head, payload]);
}

/**
 * Reads a packet.
 *
 * @throws {CaptureError} If it is none of ours.
 */
export function decodePacket(bytes: Uint8Array<ArrayBuffer>): MessagePacket {
  if (bytes.length < PACKET_HEAD_LEN) {
    throw new CaptureError(
      `A packet of ${bytes.length} bytes is too short for a message`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint8(0), direction = view.getUint8(1);
  if (version !== VERSION || direction > 1) {
    throw new CaptureError(
      `A packet of link type USER0 isn't of this program: its version is ${version} and its direction ${direction}`,
    );
  }
  return {
    from: direction === 0 ? "client" : "server",
    flags: view.getUint16(2),
    connection: view.getUint32(4),
    descriptors: view.getUint32(8),
    payload: bytes.subarray(PACKET_HEAD_LEN),
  };
}
