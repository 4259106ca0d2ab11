import { HEADER_LEN } from "../../protocol/header.ts";
import type { RingMemory } from "./ring_layout.ts";

/**
 * The types of the records that are no messages. Those of messages are far below.
 */
export const recordType = {
  /** What follows begins at the front of the ring. */
  SKIP: 0xffff_0001,
  /**
   * The next message has descriptors, whose number is where a message has its
   * request id. They have come by the socket.
   */
  DESCRIPTORS: 0xffff_0002,
} as const;

/** Writes the head of a record. */
export function writeHead(
  { view }: RingMemory,
  at: number,
  bodyLen: number,
  type: number,
  requestId: number,
  serviceId: number,
  little: boolean,
): void {
  view.setUint32(at, HEADER_LEN + bodyLen, little);
  view.setUint32(at + 4, type, little);
  view.setUint32(at + 8, requestId, little);
  view.setInt32(at + 12, serviceId, little);
}

/**
 * Copies bytes into a ring, around its end if need be.
 *
 * @throws {TypeError} If the bytes were transferred.
 */
export function copyIn(
  { bytes, size }: RingMemory,
  at: number,
  from: Uint8Array<ArrayBuffer>,
): void {
  const first = size - at;
  if (from.length <= first) return bytes.set(from, at);
  bytes.set(from.subarray(0, first), at);
  bytes.set(from.subarray(first));
}

/** Copies bytes out of a ring, around its end if need be; fills `into`. */
export function copyOut(
  { bytes, size }: RingMemory,
  at: number,
  into: Uint8Array<ArrayBuffer>,
): void {
  const first = size - at;
  const { length } = into;
  if (length <= first) return into.set(bytes.subarray(at, at + length));
  into.set(bytes.subarray(at));
  into.set(bytes.subarray(0, length - first), first);
}
