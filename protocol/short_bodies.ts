import { Slab } from "./slab.ts";

/**
 * Small, since a short body that waits keeps it all in memory, and counts only 256
 * bytes and its own.
 */
const SLAB_LEN = 4 * 1024;
/** Longer ones get memory of their own. A text may become three times as long. */
const MAX_LENGTH = 256;
/** Up to this length a loop is faster than a call, as measured. */
const LOOP_LEN = 64;

const encoder = new TextEncoder();
/** Of all connections of this thread: each of its own would take 4 KiB where one suffices. */
const slab = new Slab(SLAB_LEN);

/** A copy of bytes. */
export function copyBytes(
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  if (length > MAX_LENGTH) return bytes.slice();
  const at = slab.room(length);
  slab.bytes.set(bytes, at);
  return slab.take(length);
}

/** A text as UTF-8. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  const { length } = text;
  if (length > MAX_LENGTH) return encoder.encode(text);
  // Of one unit of UTF-16 come three bytes at most.
  const at = slab.room(3 * length);
  if (length <= LOOP_LEN && copyAscii(text, at)) return slab.take(length);
  const { written } = encoder.encodeInto(text, slab.bytes.subarray(at));
  return slab.take(written);
}

/** Writes a text of ASCII into the slab; false if it is none. */
function copyAscii(text: string, at: number): boolean {
  const { bytes } = slab;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return false;
    bytes[at + i] = unit;
  }
  return true;
}
