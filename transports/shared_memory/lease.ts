import { type LentInput, lentMemory } from "../../protocol/body.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { Lending } from "./lending.ts";

/**
 * Memory that a {@linkcode SharedMemoryPool} has lent. Fill `bytes`, and send it.
 *
 * - Over rings (`unix+shm:`) send the lease itself: `peer.call(1, lease)`. A lease of
 *   64 KiB or more arrives as a view of this memory, whatever its size; a shorter one
 *   as a copy. It can be sent several times, to others too. From the first send on
 *   `bytes` throws and views of them are empty, as nobody may write to what is being
 *   read. Dispose it once the sends have resolved: the memory is lent again when the
 *   receivers are done with it too.
 * - The same call over another transport sends a copy.
 * - Over a Unix seqpacket socket send `fd`, and release the lease when the other side
 *   has said that it is done.
 *
 * After the release, views of the bytes are empty, and `bytes` and `fd` throw. A lease
 * that isn't released ends with the pool.
 */
export interface SharedMemoryLease extends LentInput, Disposable {
  /**
   * The memory, of `size` bytes, with its previous content.
   *
   * @throws {TypeError} If it has been sent over rings, released, or the pool has
   * ended.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * The same: a lease is a body.
   *
   * @throws {TypeError} As `bytes`.
   */
  readonly data: Uint8Array<ArrayBuffer>;
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
  readonly #lending: Lending;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #ended: string | null = null;

  constructor(lending: Lending) {
    this.#lending = lending;
    const { region, size } = lending;
    this.#bytes = region.mapping.bytes.subarray(0, size);
  }

  get [lentMemory](): Lending {
    this.#check();
    return this.#lending;
  }

  get size(): number {
    return this.#lending.size;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    this.#check();
    if (!this.#lending.sent) return this.#bytes;
    throw new TypeError(
      "The lease has been sent, and others may be reading it: lend another one to write to",
    );
  }

  get data(): Uint8Array<ArrayBuffer> {
    return this.bytes;
  }

  get fd(): FileDescriptor {
    this.#check();
    return this.#lending.region.give();
  }

  get released(): boolean {
    return this.#ended !== null;
  }

  release(): void {
    if (this.#ended !== null) return;
    this.#ended = "The lease has been released";
    this.#lending.release();
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
