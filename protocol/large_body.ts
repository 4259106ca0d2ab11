import type { BodyPool } from "./body_pool.ts";
import { NO_BYTES } from "./slab.ts";

/** A claimed body gets this much room at first, and then `GROWTH` times what has arrived. */
const FIRST_CAPACITY = 64 * 1024;
const GROWTH = 64;

/**
 * A body that arrives in a buffer of its own. The buffer grows with the bytes that
 * arrive and not with the length they claim.
 */
export class LargeBody {
  readonly #length: number;
  readonly #pool: BodyPool;
  /** Empty until the first bytes need it. */
  #buffer = NO_BYTES;
  /** How many bytes have arrived. */
  filled = 0;

  /** Begins a body of `length` bytes with what there is of it. */
  constructor(length: number, part: Uint8Array, pool: BodyPool) {
    this.#length = length;
    this.#pool = pool;
    if (part.length === 0) return;
    this.#buffer = this.#firstBuffer(part.length);
    this.#buffer.set(part);
    this.filled = part.length;
  }

  /** Takes a buffer for the body, if it holds all of it and nothing else; else false. */
  adopt(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.filled > 0 || bytes.length !== this.#length) return false;
    if (bytes.length !== bytes.buffer.byteLength) return false;
    this.#buffer = bytes;
    this.filled = bytes.length;
    return true;
  }

  /** How many bytes have not arrived. */
  get missing(): number {
    return this.#length - this.filled;
  }

  /** Where the next bytes go, at most `most`; never empty while it is incomplete. */
  space(most = Infinity): Uint8Array<ArrayBuffer> {
    if (this.#buffer.length === 0) this.#buffer = this.#firstBuffer(0);
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

  #firstBuffer(filled: number): Uint8Array<ArrayBuffer> {
    const pooled = this.#pool.take(this.#length);
    return pooled === null
      ? new Uint8Array(this.#capacityFor(filled))
      : new Uint8Array(pooled, 0, this.#length);
  }

  #capacityFor(filled: number): number {
    return Math.min(this.#length, Math.max(FIRST_CAPACITY, filled * GROWTH));
  }
}
