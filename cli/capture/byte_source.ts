import { concat } from "@std/bytes";
import { CaptureError } from "./capture_error.ts";

/** Gives the bytes of a file in the pieces that are asked for. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array<ArrayBuffer>>;
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array();

  /** Reads from chunks of any length. */
  constructor(chunks: AsyncIterable<Uint8Array<ArrayBuffer>>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /**
   * Gives so many bytes; null at the end of the file. No more memory is taken than bytes
   * are there.
   *
   * @throws {CaptureError} If the file ends within them.
   */
  async take(length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let missing = length; missing > 0;) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#chunks.next();
        if (!done) {
          this.#rest = value;
          continue;
        }
        if (missing === length) return null;
        throw new CaptureError(
          `The file ends ${missing} bytes too early: it was cut off`,
        );
      }
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return parts.length === 1 ? parts[0]! : concat(parts);
  }

  /**
   * Gives so many bytes.
   *
   * @throws {CaptureError} If the file ends before.
   */
  async require(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = length === 0 ? new Uint8Array() : await this.take(length);
    if (bytes !== null) return bytes;
    throw new CaptureError(
      `The file ends ${length} bytes too early: it was cut off`,
    );
  }

  /** Lets the file go. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
