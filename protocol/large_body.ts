import { NO_BYTES } from "./short_bodies.ts";
import { StreamBody } from "./body.ts";

/** At most this many buffers are kept for the next bodies. */
const MAX_BUFFERS = 4;
/** A buffer may be this many times as long as the body that it is used for. */
const MAX_SURPLUS = 2;
/** More than one buffer is kept only up to this many bytes together. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Buffers of large bodies whose receivers are done with them. A fresh buffer
 * costs more time than reading into it, since its pages are mapped and zeroed.
 */
export class BodyPool {
  #buffers: ArrayBuffer[] = [];

  /** A buffer with room for a body; null if none fits. */
  take(length: number): ArrayBuffer | null {
    const index = this.#buffers.findIndex(({ byteLength }) =>
      byteLength >= length && byteLength <= length * MAX_SURPLUS
    );
    return index < 0 ? null : this.#buffers.splice(index, 1)[0]!;
  }

  /** Takes a buffer back. Nobody can see what is written to it later: all views of it become empty. */
  give(data: Uint8Array<ArrayBuffer>): void {
    if (data.buffer.detached) return;
    const buffer = data.buffer.transfer();
    let bytes = buffer.byteLength;
    for (const { byteLength } of this.#buffers) bytes += byteLength;
    const room = this.#buffers.length < MAX_BUFFERS && bytes <= MAX_BYTES;
    if (room || this.#buffers.length === 0) this.#buffers.push(buffer);
  }
}

/** A body with a buffer of its own, which goes back to a pool on dispose. */
export class PooledBody extends StreamBody {
  readonly #pool: BodyPool;

  /** Wraps bytes that have a buffer of their own. */
  constructor(data: Uint8Array<ArrayBuffer>, pool: BodyPool) {
    super(data);
    this.#pool = pool;
  }

  override [Symbol.dispose](): void {
    this.#pool.give(this.data);
  }
}

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
