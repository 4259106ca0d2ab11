import { decodeUtf8 } from "./decode_utf8.ts";

/** Up to this length a loop is faster than a call of the decoder. */
const SHORT = 24;

/** Reads bytes one after the other, all numbers in big-endian. */
export class ByteReader {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView<ArrayBuffer>;
  #offset = 0;

  /** Begins with the first byte. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    const { buffer, byteOffset, byteLength } = bytes;
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  /** How many bytes have been read. */
  get offset(): number {
    return this.#offset;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Reads one byte. */
  uint8(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  /** Reads an integer of 16 bits. */
  uint16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  /** Reads an integer of 32 bits. */
  uint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** Reads a signed integer of 8 bits. */
  int8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  /** Reads a signed integer of 16 bits. */
  int16(): number {
    return this.#view.getInt16(this.#advance(2));
  }

  /** Reads a signed integer of 32 bits. */
  int32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  /** Reads an integer of 64 bits: a number where that is exact, else a bigint. */
  uint64(): number | bigint {
    const at = this.#advance(8);
    const high = this.#view.getUint32(at);
    if (high > 0x1f_ffff) return this.#view.getBigUint64(at);
    return high * 0x1_0000_0000 + this.#view.getUint32(at + 4);
  }

  /** Reads a signed integer of 64 bits: a number where that is exact, else a bigint. */
  int64(): number | bigint {
    const value = this.#view.getBigInt64(this.#advance(8));
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  /** Reads a float of 32 bits. */
  float32(): number {
    return this.#view.getFloat32(this.#advance(4));
  }

  /** Reads a float of 64 bits. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  /** Gives a view of bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /**
   * Reads text in UTF-8.
   *
   * @throws {TypeError} If it is no UTF-8.
   */
  text(length: number): string {
    const start = this.#advance(length);
    if (length <= SHORT) {
      const text = this.#ascii(start, start + length);
      if (text !== null) return text;
    }
    try {
      return decodeUtf8(this.#bytes.subarray(start, start + length));
    } catch (cause) {
      throw new TypeError(`The text at byte ${start} is no UTF-8`, { cause });
    }
  }

  /** Checks that what is left can hold so many items of so many bytes or more. */
  claim(items: number, size: number): void {
    if (items * size > this.left) this.#tooShort(items * size);
  }

  /** Checks that nothing is left. */
  end(): void {
    if (this.left === 0) return;
    throw new TypeError(`Behind the value there are ${this.left} more bytes`);
  }

  #ascii(start: number, end: number): string | null {
    let text = "";
    for (let index = start; index < end; index++) {
      const code = this.#bytes[index]!;
      if (code > 0x7f) return null;
      text += String.fromCharCode(code);
    }
    return text;
  }

  #advance(count: number): number {
    const start = this.#offset;
    if (count > this.#bytes.length - start) this.#tooShort(count);
    this.#offset = start + count;
    return start;
  }

  #tooShort(count: number): never {
    throw new TypeError(
      `It ends too early: at byte ${this.#offset} of ${this.#bytes.length}, ${count} more are needed`,
    );
  }
}
