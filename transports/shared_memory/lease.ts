import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { Region } from "./region.ts";

/**
 * Memory that a {@linkcode SharedMemoryPool} has lent. Fill `bytes`, send `fd`, and
 * release it when the other side has said that it is done.
 *
 * After that, views of the bytes are empty, and `bytes` and `fd` throw. A lease
 * that isn't released ends with the connection.
 */
export interface SharedMemoryLease extends Disposable {
  /**
   * The memory, of `size` bytes, with its previous content.
   *
   * @throws {TypeError} If it has been released, or the pool has ended.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * The descriptor, to be sent. It belongs to the pool: don't close it.
   *
   * @throws {TypeError} If it has been released, or the pool has ended.
   */
  readonly fd: FileDescriptor;
  /** How many bytes were asked for; the other side maps the next power of two, at least 64 KiB. */
  readonly size: number;
  /** Whether it has been released, or the pool has ended. */
  readonly released: boolean;
  /** Gives the memory back to the pool, once; later calls do nothing. */
  release(): void;
}

/** The lease of a region. */
export class Lease implements SharedMemoryLease {
  readonly size: number;
  readonly region: Region;
  readonly #release: (lease: Lease) => void;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #ended: string | null = null;

  constructor(region: Region, size: number, release: (lease: Lease) => void) {
    this.size = size;
    this.region = region;
    this.#bytes = region.mapping.bytes.subarray(0, size);
    this.#release = release;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    this.#check();
    return this.#bytes;
  }

  get fd(): FileDescriptor {
    this.#check();
    return this.region.fd;
  }

  get released(): boolean {
    return this.#ended !== null;
  }

  release(): void {
    if (this.#ended !== null) return;
    this.#ended = "The lease has been released";
    this.#release(this);
  }

  /** Ends it, when the pool ends. */
  end(reason: string): void {
    this.#ended ??= reason;
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #check(): void {
    if (this.#ended !== null) throw new TypeError(this.#ended);
  }
}
