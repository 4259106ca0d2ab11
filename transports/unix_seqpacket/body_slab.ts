const SLAB_LEN = 16 * 1024;
/** A longer body has memory of its own. */
const SMALL_LEN = 2048;
/** Below this a loop copies faster than a call, as measured. */
const LOOP_LEN = 64;

/**
 * Gives the received bodies of a connection memory that is never written to again;
 * small ones share it, which makes them several times as fast as with memory of their own.
 */
export class BodySlab {
  #slab: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #used = 0;

  /** A copy of the bytes from `start` to `end`. */
  copy(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
  ): Uint8Array<ArrayBuffer> {
    const length = end - start;
    // An empty one can be of memory that somebody has transferred.
    if (length === 0) return new Uint8Array(0);
    if (length > SMALL_LEN) return bytes.slice(start, end);
    if (this.#slab.length - this.#used < length) {
      this.#slab = new Uint8Array(SLAB_LEN);
      this.#used = 0;
    }
    const slab = this.#slab;
    const at = this.#used;
    // Bodies begin at a multiple of 8, for whoever reads them as numbers.
    this.#used = (at + length + 7) & ~7;
    if (length <= LOOP_LEN) {
      for (let i = 0; i < length; i++) slab[at + i] = bytes[start + i]!;
    } else slab.set(bytes.subarray(start, end), at);
    return new Uint8Array(slab.buffer, at, length);
  }
}
