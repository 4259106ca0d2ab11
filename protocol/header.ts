import { RpcError } from "./error.ts";
import { checkServiceId } from "./service_id.ts";

/** The length of a message header in bytes: three 32-bit integers. */
export const HEADER_LEN = 12;

/** The longest body that a byte stream's 32-bit length can express, in bytes. */
export const MAX_PAYLOAD_LEN: number = 0xffff_ffff - HEADER_LEN;

/**
 * The header of a message: its type, the request it belongs to, and a service
 * id.
 *
 * @example Encoding and decoding
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MessageHeader, MessageType } from "jsr:@fizyr/rpc";
 *
 * const header = new MessageHeader(MessageType.Request, 7, 1);
 * const bytes = MessageHeader.encode(header, "little");
 * assertEquals(MessageHeader.decode(bytes, "little"), header);
 * ```
 */
export class MessageHeader {
  /** The type of the message. */
  readonly type: MessageType;
  /** The request it belongs to, from 0 to 2^32 - 1; unused in a stream message. */
  readonly requestId: number;
  /** The service asked for, the kind of update or stream message, or -1 in an error response. */
  readonly serviceId: number;

  /** Makes a header; nothing is checked before it is encoded. */
  constructor(type: MessageType, requestId: number, serviceId: number) {
    this.type = type;
    this.requestId = requestId;
    this.serviceId = serviceId;
  }

  /**
   * Encodes a header to its 12 bytes.
   *
   * @param header The header.
   * @param endian The byte order. Default: `"little"`.
   * @throws {RangeError} If a field is no integer of its range.
   */
  static encode(
    header: MessageHeader,
    endian: Endian = "little",
  ): Uint8Array<ArrayBuffer> {
    const { type, requestId, serviceId } = header;
    if (!Number.isInteger(type) || type < 0 || type > MAX_MESSAGE_TYPE) {
      throw new RangeError(
        `A message type must be an integer from 0 to ${MAX_MESSAGE_TYPE}, got ${type}`,
      );
    }
    if (requestId >>> 0 !== requestId) {
      throw new RangeError(
        `A request id must be an integer from 0 to 4294967295, got ${requestId}`,
      );
    }
    checkServiceId(serviceId);
    const bytes = new Uint8Array(HEADER_LEN);
    const view = new DataView(bytes.buffer);
    const little = isLittleEndian(endian);
    view.setUint32(0, type, little);
    view.setUint32(4, requestId, little);
    view.setInt32(8, serviceId, little);
    return bytes;
  }

  /**
   * Decodes the first 12 bytes.
   *
   * @param bytes At least 12 bytes.
   * @param endian The byte order. Default: `"little"`.
   * @throws {RpcError} `message-too-short` or `invalid-message-type`, both
   * marked fatal, as they are on a connection.
   */
  static decode(bytes: Uint8Array, endian: Endian = "little"): MessageHeader {
    if (bytes.length < HEADER_LEN) throw messageTooShort(bytes.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_LEN);
    const little = isLittleEndian(endian);
    const type = view.getUint32(0, little);
    if (type > MAX_MESSAGE_TYPE) throw invalidMessageType(type);
    return new MessageHeader(
      type as MessageType,
      view.getUint32(4, little),
      view.getInt32(8, little),
    );
  }
}

/** The fatal error for a message that has no room for a header. */
export function messageTooShort(actual: number): RpcError {
  return new RpcError(
    "message-too-short",
    `A message of ${actual} bytes is too short: the header alone has ${HEADER_LEN}`,
    { fatal: true, side: "remote", limit: HEADER_LEN, actual },
  );
}

/** The fatal error for a message of an unknown type. */
export function invalidMessageType(actual: number): RpcError {
  return new RpcError(
    "invalid-message-type",
    `Message type ${actual} is unknown: types go from 0 to ${MAX_MESSAGE_TYPE}`,
    { fatal: true, side: "remote", actual },
  );
}

/**
 * The five types of message, as they stand on the wire.
 *
 * @example Reading a type
 * ```ts
 * import { MessageType } from "jsr:@fizyr/rpc";
 *
 * const type: MessageType = MessageType.ResponderUpdate;
 * console.log(type); // 3
 * ```
 */
export const MessageType: {
  /** Asks for a service. */
  readonly Request: 0;
  /** Ends a request. */
  readonly Response: 1;
  /** From the requester, while the request is open. */
  readonly RequesterUpdate: 2;
  /** From the responder, while the request is open. */
  readonly ResponderUpdate: 3;
  /** Stands alone. */
  readonly Stream: 4;
} = {
  Request: 0,
  Response: 1,
  RequesterUpdate: 2,
  ResponderUpdate: 3,
  Stream: 4,
};

/** A message type as a number from 0 to 4. */
export type MessageType = 0 | 1 | 2 | 3 | 4;

/** The largest number that is a message type. */
export const MAX_MESSAGE_TYPE = 4;

/** The length of a frame's length field and its header: what goes in front of each body, in bytes. */
export const FRAME_HEAD_LEN: number = 4 + HEADER_LEN;

/**
 * A byte order. `"native"` is the machine's own, which is little endian on
 * everything that Deno runs on; both sides must agree.
 */
export type Endian = "little" | "big" | "native";

const NATIVE_IS_LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Whether a byte order is little endian on this machine.
 *
 * @throws {TypeError} If it is no byte order.
 */
export function isLittleEndian(endian: Endian): boolean {
  switch (endian) {
    case "little":
      return true;
    case "big":
      return false;
    case "native":
      return NATIVE_IS_LITTLE;
    default:
      throw new TypeError(
        `endian must be "little", "big" or "native", got ${
          JSON.stringify(endian)
        }`,
      );
  }
}
