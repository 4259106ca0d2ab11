import { type BodyPool, PooledBody } from "./body_pool.ts";
import type { MessageHeader } from "./header.ts";
import { Message } from "./message.ts";

/** A claimed body gets this much room at first, and then `GROWTH` times what has arrived. */
const FIRST_CAPACITY = 64 * 1024;
const GROWTH = 64;

/**
 * A body that arrives in a buffer of its own. The buffer grows with the bytes that
 * arrive and not with the length they claim.
 */
export class LargeBody {
  readonly #header: MessageHeader;
  readonly #length: number;
  readonly #pool: BodyPool;
  #buffer: Uint8Array<ArrayBuffer>;
  /** How many bytes have arrived. */
  filled = 0;

  /** Begins a body of `length` bytes with what there is of it. */
  constructor(
    header: MessageHeader,
    length: number,
    part: Uint8Array,
    pool: BodyPool,
  ) {
    this.#header = header;
    this.#length = length;
    this.#pool = pool;
    const pooled = pool.take(length);
    this.#buffer = pooled === null
      ? new Uint8Array(this.#capacityFor(part.length))
      : new Uint8Array(pooled, 0, length);
    this.#buffer.set(part);
    this.filled = part.length;
  }

  /** Where the next bytes go; never empty while it is incomplete. */
  space(): Uint8Array<ArrayBuffer> {
    if (this.filled === this.#buffer.length) {
      const buffer = new Uint8Array(this.#capacityFor(this.filled));
      buffer.set(this.#buffer);
      this.#buffer = buffer;
    }
    return this.#buffer.subarray(this.filled);
  }

  /** Its message, once all bytes have arrived; null before. */
  finish(): Message | null {
    if (this.filled < this.#length) return null;
    return new Message(this.#header, new PooledBody(this.#buffer, this.#pool));
  }

  #capacityFor(filled: number): number {
    return Math.min(this.#length, Math.max(FIRST_CAPACITY, filled * GROWTH));
  }
}
