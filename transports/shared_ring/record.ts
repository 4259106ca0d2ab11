import { HEADER_LEN } from "../../protocol/header.ts";
import { RECORD_HEAD_LEN, type RingMemory } from "./ring_layout.ts";
import type { RingWriter } from "./ring_writer.ts";

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
  /**
   * A region of shared memory has the number that is where a message has its request
   * id. Its descriptor has come by the socket.
   */
  REGION: 0xffff_0003,
  /** The region with that number isn't used any more. */
  FORGET: 0xffff_0004,
  /** A message whose body is a part of a region: see `frames/frame_reference.ts`. */
  FRAME: 0xffff_0005,
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

/** Writes a record that is no message; there has to be room. */
export function writeOwn(
  ring: RingWriter,
  type: number,
  value: number,
  little: boolean,
): void {
  writeHead(ring.memory, ring.position, 0, type, value, 0, little);
  ring.add(RECORD_HEAD_LEN);
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
