import { Slab } from "../../protocol/short_bodies.ts";

const SLAB_LEN = 16 * 1024;
/** For the many idle connections. */
const FIRST_SLAB_LEN = 1024;
/** The longest body that shares memory. */
const SMALL_LEN = 2048;
/** Up to this length a loop over words copies faster than a call, as measured. */
const LOOP_LEN = 128;

/** Memory, as bytes and as words. */
export interface Memory {
  /** The bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same memory, four bytes at a time. */
  readonly words: Uint32Array<ArrayBuffer>;
}

/**
 * Copies the received bodies of a connection into memory that is never written to
 * again. Small bodies share it: that is several times as fast as memory for each.
 */
export class BodySlab {
  readonly #slab = new Slab(SLAB_LEN, FIRST_SLAB_LEN);

  /**
   * A copy of `length` bytes.
   *
   * @param start Where they begin in `from`: a multiple of 4.
   */
  copy(from: Memory, start: number, length: number): Uint8Array<ArrayBuffer> {
    // `from` can be of memory that was transferred, if the body is empty.
    if (length === 0) return new Uint8Array(0);
    if (length > SMALL_LEN) return from.bytes.slice(start, start + length);
    const at = this.#slab.room(length);
    if (length <= LOOP_LEN) this.#copyWords(from, start, at, length);
    else {
      const bytes = from.bytes.subarray(start, start + length);
      this.#slab.bytes.set(bytes, at);
    }
    return this.#slab.take(length);
  }

  #copyWords(from: Memory, start: number, at: number, length: number): void {
    const { bytes, words } = this.#slab;
    const whole = length >> 2;
    for (let i = 0; i < whole; i++) {
      words[(at >> 2) + i] = from.words[(start >> 2) + i]!;
    }
    for (let i = whole << 2; i < length; i++) {
      bytes[at + i] = from.bytes[start + i]!;
    }
  }
}
