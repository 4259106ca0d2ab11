/** A longer result keeps its memory, as a copy would cost more than it saves. */
const COPIED = 65_536;
const FIRST = 4096;
/** Up to this length a loop is faster than a call of the encoder. */
const SHORT = 40;

/** Writes the head of a text or of bytes, which has their length. */
export type WriteHead = (writer: ByteWriter, length: number) => void;

/** Memory that the next writer begins in; null while a writer uses it. */
let spare: Uint8Array<ArrayBuffer> | null = null;

const encoder = new TextEncoder();

/** Bytes that are written one after the other, all numbers in big-endian. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #length = 0;

  /** Begins with nothing. */
  constructor() {
    this.#bytes = spare ?? new Uint8Array(FIRST);
    spare = null;
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** What has been written. Nothing can be written after it. */
  finish(): Uint8Array<ArrayBuffer> {
    const whole = this.#bytes.subarray(0, this.#length);
    if (this.#length > COPIED) return whole;
    const copy = whole.slice();
    spare = this.#bytes;
    return copy;
  }

  /** Writes one byte. */
  uint8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Writes a byte, and an integer of 8 bits behind it. */
  tagged8(tag: number, value: number): void {
    this.#reserve(2);
    this.#bytes[this.#length] = tag;
    this.#bytes[this.#length + 1] = value;
    this.#length += 2;
  }

  /** Writes a byte, and an integer of 16 bits behind it. */
  tagged16(tag: number, value: number): void {
    this.#reserve(3);
    this.#bytes[this.#length] = tag;
    this.#view.setUint16(this.#length + 1, value);
    this.#length += 3;
  }

  /** Writes a byte, and an integer of 32 bits behind it. */
  tagged32(tag: number, value: number): void {
    this.#reserve(5);
    this.#bytes[this.#length] = tag;
    this.#view.setUint32(this.#length + 1, value);
    this.#length += 5;
  }

  /** Writes a byte, and an integer of 64 bits behind it. */
  tagged64(tag: number, value: bigint): void {
    this.#reserve(9);
    this.#bytes[this.#length] = tag;
    this.#view.setBigUint64(this.#length + 1, value);
    this.#length += 9;
  }

  /** Writes a byte, and a positive integer of up to 53 bits in 64 bits behind it. */
  tagged53(tag: number, value: number): void {
    this.#reserve(9);
    this.#bytes[this.#length] = tag;
    this.#view.setUint32(this.#length + 1, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(this.#length + 5, value % 0x1_0000_0000);
    this.#length += 9;
  }

  /** Writes a byte, and a float of 32 bits behind it. */
  float32(tag: number, value: number): void {
    this.#reserve(5);
    this.#bytes[this.#length] = tag;
    this.#view.setFloat32(this.#length + 1, value);
    this.#length += 5;
  }

  /** Writes a byte, and a float of 64 bits behind it. */
  float64(tag: number, value: number): void {
    this.#reserve(9);
    this.#bytes[this.#length] = tag;
    this.#view.setFloat64(this.#length + 1, value);
    this.#length += 9;
  }

  /** Writes bytes as they are. */
  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Writes well-formed text in UTF-8, behind what `head` writes for its length. */
  text(value: string, head: WriteHead): void {
    const { length } = value;
    if (length > COPIED) {
      const encoded = encoder.encode(value);
      head(this, encoded.length);
      this.bytes(encoded);
      return;
    }
    // Most texts are ASCII, so that their length is known before they are written.
    const before = this.#length;
    head(this, length);
    this.#reserve(3 * length);
    const start = this.#length;
    if (length <= SHORT && this.#ascii(value)) return;
    const rest = this.#bytes.subarray(start);
    const { written } = encoder.encodeInto(value, rest);
    this.#length = start + written;
    if (written === length) return;
    // It is written again, as its head may be longer than was assumed.
    const encoded = rest.slice(0, written);
    this.#length = before;
    head(this, written);
    this.bytes(encoded);
  }

  /** Writes text if it is ASCII, else nothing. There has to be room for it. */
  #ascii(value: string): boolean {
    const start = this.#length;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return false;
      this.#bytes[start + index] = code;
    }
    this.#length += value.length;
    return true;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
