/** How many bytes of buffers of one length are kept. */
const KEPT_BYTES = 512 * 1024;

/**
 * Buffers that have been written, for the next writes of this thread. An idle connection
 * keeps none: one of its own would be a sixth of what it holds.
 */
export class WriteBuffers {
  readonly #byLength = new Map<number, Uint8Array<ArrayBuffer>[]>();

  /** A buffer of this length, which may hold what was written before. */
  take(length: number): Uint8Array<ArrayBuffer> {
    return this.#byLength.get(length)?.pop() ?? new Uint8Array(length);
  }

  /** Takes a buffer whose bytes nobody needs any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    const { length } = buffer;
    const kept = this.#byLength.get(length);
    if (kept === undefined) this.#byLength.set(length, [buffer]);
    else if ((kept.length + 1) * length <= KEPT_BYTES) kept.push(buffer);
  }
}

/** Those of this thread. */
export const writeBuffers: WriteBuffers = new WriteBuffers();
