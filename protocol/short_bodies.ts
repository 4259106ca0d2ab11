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

/** Makes bodies, of which short ones share memory. */
export class ShortBodies {
  readonly #slab = new Slab(SLAB_LEN);

  /** A copy of bytes. */
  copy(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { length } = bytes;
    if (length > MAX_LENGTH) return bytes.slice();
    const at = this.#slab.room(length);
    this.#slab.bytes.set(bytes, at);
    return this.#slab.take(length);
  }

  /** A text as UTF-8. */
  encode(text: string): Uint8Array<ArrayBuffer> {
    const { length } = text;
    if (length > MAX_LENGTH) return encoder.encode(text);
    // One unit of UTF-16 becomes three bytes at most.
    const at = this.#slab.room(3 * length);
    const { bytes } = this.#slab;
    if (length <= LOOP_LEN && copyAscii(text, bytes, at)) {
      return this.#slab.take(length);
    }
    const { written } = encoder.encodeInto(text, bytes.subarray(at));
    return this.#slab.take(written);
  }
}

/**
 * For bodies to be sent, of all connections of this thread. Received ones, whose
 * buffers a program may transfer, are never among them.
 */
export const sentBodies: ShortBodies = new ShortBodies();

/** Writes a text of ASCII; false if it is none. */
function copyAscii(
  text: string,
  into: Uint8Array<ArrayBuffer>,
  at: number,
): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return false;
    into[at + i] = unit;
  }
  return true;
}
