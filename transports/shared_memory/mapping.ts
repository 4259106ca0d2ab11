import {
  MAP_FAILED,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED,
  PROT_READ,
  PROT_WRITE,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";
import { WorkerEnd, type WorkerResource } from "../libc/worker_end.ts";
import { retire } from "./retire.ts";

/** A file mapped into memory, as an ArrayBuffer that can be taken back. */
export class Mapping implements Disposable {
  readonly #libc: Libc;
  readonly #address: bigint;
  readonly #size: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #taken = false;
  #closed = false;
  /** Gives up the memory at the end of the worker. If the buffer was taken, another thread may have it. */
  readonly #resource: WorkerResource = {
    close: () => {
      if (!this.taken) this[Symbol.dispose]();
    },
  };

  /**
   * Maps the first `size` bytes of a file, which it must have.
   *
   * A mapping that isn't shared is a private one (copy on write) rather than a
   * read-only one, as a write to that would be the end of the process. What nobody
   * writes to is the file's own memory all the same, and as fast to read.
   *
   * @throws {Error} as `osError` makes it
   */
  constructor(libc: Libc, fd: number, size: number, shared: boolean) {
    const address = libc.symbols.mmap(
      0n,
      BigInt(size),
      PROT_READ | PROT_WRITE,
      shared ? MAP_SHARED : MAP_PRIVATE | MAP_NORESERVE,
      fd,
      0n,
    );
    if (address === MAP_FAILED) {
      throw osError(libc, `Cannot map file descriptor ${fd}`);
    }
    this.#libc = libc.retain();
    this.#address = address;
    this.#size = size;
    this.#bytes = this.#view();
    WorkerEnd.current.add(this.#resource);
  }

  /** The memory; after `renew` and `close` it is empty. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** Whether someone has transferred the buffer, and may have it still. */
  get taken(): boolean {
    return this.#taken ||= !this.#closed && this.#bytes.buffer.detached;
  }

  /** Takes the buffer back, and gives another one for the same memory. */
  renew(): void {
    this.#detach();
    this.#bytes = this.#view();
  }

  /** Takes the buffer back, and gives up the memory. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#detach();
    this.#closed = true;
    WorkerEnd.current.delete(this.#resource);
    retire(this.#libc, this.#address, this.#size, this.#taken);
    this.#libc[Symbol.dispose]();
  }

  // Of a transfer to a buffer of no bytes nothing is left that has the memory, and
  // nothing that V8 counts: whole ones made it collect garbage at each frame.
  #detach(): void {
    if (!this.taken) this.#bytes.buffer.transfer(0);
  }

  #view(): Uint8Array<ArrayBuffer> {
    const pointer = Deno.UnsafePointer.create(this.#address)!;
    const view = Deno.UnsafePointerView.getArrayBuffer(pointer, this.#size);
    return new Uint8Array(view);
  }
}
