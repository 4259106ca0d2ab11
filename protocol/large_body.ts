import type { BodyPool } from "./body_pool.ts";

/** A claimed body gets this much room at first, and then `GROWTH` times what has arrived. */
const FIRST_CAPACITY = 64 * 1024;
const GROWTH = 64;

/**
 * A body that arrives in a buffer of its own. The buffer grows with the bytes that
 * arrive and not with the length they claim.
 */
export class LargeBody {
  readonly #length: number;
  #buffer: Uint8Array<ArrayBuffer>;
  /** How many bytes have arrived. */
  filled = 0;

  /** Begins a body of `length` bytes with what there is of it. */
  constructor(length: number, part: Uint8Array, pool: BodyPool) {
    this.#length = length;
    const pooled = pool.take(length);
    this.#buffer = pooled === null
      ? new Uint8Array(this.#capacityFor(part.length))
      : new Uint8Array(pooled, 0, length);
    this.#buffer.set(part);
    this.filled = part.length;
  }

  /** How many bytes have not arrived. */
  get missing(): number {
    return this.#length - this.filled;
  }

  /** Where the next bytes go, at most `most`; never empty while it is incomplete. */
  space(most = Infinity): Uint8Array<ArrayBuffer> {
    if (this.filled === this.#buffer.length) {
      const buffer = new Uint8Array(this.#capacityFor(this.filled));
      buffer.set(this.#buffer);
      this.#buffer = buffer;
    }
    return this.#buffer.subarray(this.filled, this.filled + most);
  }

  /** The bytes, once all have arrived; null before. */
  finish(): Uint8Array<ArrayBuffer> | null {
    return this.filled < this.#length ? null : this.#buffer;
  }

  #capacityFor(filled: number): number {
    return Math.min(this.#length, Math.max(FIRST_CAPACITY, filled * GROWTH));
  }
}
