import { StreamBody } from "./body.ts";

/** So many buffers are kept for the next bodies, at most. */
const MAX_BUFFERS = 4;
/** A buffer so many times as long as the body would be a waste. */
const MAX_SURPLUS = 2;
/** From so many bytes on no second one is kept. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Buffers of large bodies whose receivers are done with them. A fresh buffer
 * costs more than the reading that fills it: its pages are mapped and zeroed.
 */
export class BodyPool {
  #buffers: ArrayBuffer[] = [];

  /** A buffer for a body, as many bytes as it has at least; null if none fits. */
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
