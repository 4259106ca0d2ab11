import { BrokenPipe, Interrupted } from "../../internal/runtime/errors.ts";

/** How many bytes a pipe holds, like a socket's buffer. */
const CAPACITY = 64 * 1024;

/**
 * One direction of bytes in memory. A write takes what fits and may be short,
 * as on a socket; a reader gets whole chunks.
 */
export class BytePipe {
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #ended = false;
  #broken = false;
  #reader: PromiseWithResolvers<void> | null = null;
  #writer: PromiseWithResolvers<void> | null = null;

  /** Waits for room. Resolves to the number of bytes taken, which are copied. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    while (this.#size >= CAPACITY && !this.#broken && !this.#ended) {
      this.#writer ??= Promise.withResolvers();
      await this.#writer.promise;
    }
    if (this.#ended) throw new Interrupted("This end is closed");
    if (this.#broken) {
      throw new BrokenPipe("The other end is closed");
    }
    const chunk = bytes.slice(0, CAPACITY - this.#size);
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#wakeReader();
    return chunk.length;
  }

  /** Waits for bytes; null at the end. */
  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.#chunks.length === 0 && !this.#ended && !this.#broken) {
      this.#reader ??= Promise.withResolvers();
      await this.#reader.promise;
    }
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return null;
    this.#size -= chunk.length;
    this.#wakeWriter();
    return chunk;
  }

  /** Ends writing. What is in the pipe can still be read. */
  end(): void {
    this.#ended = true;
    this.#wakeReader();
    this.#wakeWriter();
  }

  /** Ends reading: drops what is in the pipe, and fails writes. */
  break(): void {
    this.#broken = true;
    this.#chunks = [];
    this.#size = 0;
    this.#wakeReader();
    this.#wakeWriter();
  }

  #wakeReader(): void {
    this.#reader?.resolve();
    this.#reader = null;
  }

  #wakeWriter(): void {
    this.#writer?.resolve();
    this.#writer = null;
  }
}
