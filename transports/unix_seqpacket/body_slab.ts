const SLAB_LEN = 16 * 1024;
/** A longer body has memory of its own. */
const SMALL_LEN = 2048;
/** Up to this a loop over words copies faster than a call, as measured. */
const LOOP_LEN = 128;

/** Memory by bytes and by words. */
export interface Memory {
  /** The bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same memory, four bytes at a time. */
  readonly words: Uint32Array<ArrayBuffer>;
}

/**
 * Gives the received bodies of a connection memory that is never written to again;
 * small ones share it, which makes them several times as fast as with memory of their own.
 */
export class BodySlab {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #words: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  /** That of both, which takes as long to ask for as a short body to copy. */
  #buffer: ArrayBuffer = this.#bytes.buffer;
  #used = 0;

  /**
   * A copy of `length` bytes.
   *
   * @param start Where they are in `from`: a multiple of 4.
   */
  copy(from: Memory, start: number, length: number): Uint8Array<ArrayBuffer> {
    // An empty one can be of memory that somebody has transferred.
    if (length === 0) return new Uint8Array(0);
    if (length > SMALL_LEN) return from.bytes.slice(start, start + length);
    if (this.#bytes.length - this.#used < length) {
      this.#bytes = new Uint8Array(SLAB_LEN);
      this.#buffer = this.#bytes.buffer;
      this.#words = new Uint32Array(this.#buffer);
      this.#used = 0;
    }
    const at = this.#used;
    // Bodies begin at a multiple of 8, for whoever reads them as numbers.
    this.#used = (at + length + 7) & ~7;
    if (length <= LOOP_LEN) this.#copyWords(from, start, at, length);
    else this.#bytes.set(from.bytes.subarray(start, start + length), at);
    return new Uint8Array(this.#buffer, at, length);
  }

  #copyWords(from: Memory, start: number, at: number, length: number): void {
    const words = this.#words;
    const whole = length >> 2;
    for (let i = 0; i < whole; i++) {
      words[(at >> 2) + i] = from.words[(start >> 2) + i]!;
    }
    const bytes = this.#bytes;
    for (let i = whole << 2; i < length; i++) {
      bytes[at + i] = from.bytes[start + i]!;
    }
  }
}
