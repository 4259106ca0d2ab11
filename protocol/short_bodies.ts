/** What holds no bytes. Each empty array of its own takes 200 bytes. */
export const NO_BYTES: Uint8Array<ArrayBuffer> = /* @__PURE__ */ new Uint8Array(
  0,
);
/** The same to be read as numbers. */
export const NO_VIEW: DataView<ArrayBuffer> = /* @__PURE__ */ new DataView(
  NO_BYTES.buffer,
);
const NO_WORDS = /* @__PURE__ */ new Uint32Array(NO_BYTES.buffer);

/**
 * Memory that short bodies share. None of it is written twice, so a body may be kept
 * for as long as somebody wants it; meanwhile it keeps the others' memory too. Memory
 * of its own for each short body takes 0.8 us, a part of a slab 0.12 (measured with
 * bodies of 8 to 64 bytes).
 */
export class Slab {
  readonly #length: number;
  /** How many bytes are taken next. */
  #next: number;
  #bytes: Uint8Array<ArrayBuffer> = NO_BYTES;
  #words: Uint32Array<ArrayBuffer> = NO_WORDS;
  /** The buffer of both. Getting it from them takes as long as copying a short body. */
  #buffer: ArrayBuffer = this.#bytes.buffer;
  #used = 0;

  /**
   * Makes a slab, which takes its memory when it is first needed.
   *
   * @param length Bytes that are taken at once, a multiple of 4.
   * @param first Bytes that are taken at first, and then 4 times as many each time:
   * what has had few bodies keeps little. Default: `length`.
   */
  constructor(length: number, first = length) {
    this.#length = length;
    this.#next = first;
  }

  /** The memory of the last reservation, and of others. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** The same memory, four bytes at a time. */
  get words(): Uint32Array<ArrayBuffer> {
    return this.#words;
  }

  /**
   * Where in `bytes` there is room for `length` bytes: at a multiple of 8, so that they
   * can be read as numbers. What is written there has to be taken before the next call.
   *
   * @param length Less than the slab has.
   */
  room(length: number): number {
    // Its length is 0 where somebody has transferred the memory: no room for an empty
    // body either.
    if (this.#bytes.length - this.#used <= length) {
      while (this.#next <= length) this.#grow();
      this.#bytes = new Uint8Array(this.#next);
      this.#grow();
      this.#buffer = this.#bytes.buffer;
      this.#words = new Uint32Array(this.#buffer);
      this.#used = 0;
    }
    return this.#used;
  }

  #grow(): void {
    this.#next = Math.min(4 * this.#next, this.#length);
  }

  /** Takes the first bytes of the room. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#used;
    this.#used = (at + length + 7) & ~7;
    return new Uint8Array(this.#buffer, at, length);
  }
}

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
export const sentBodies: ShortBodies = /* @__PURE__ */ new ShortBodies();

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
