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
