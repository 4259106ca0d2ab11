import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { identityOf } from "../descriptor/statx.ts";
import type { Libc } from "../libc/libc.ts";
import { checkRegion } from "./check_region.ts";
import { Mapping } from "./mapping.ts";
import type { PoolLimits } from "./pool_options.ts";

/** Memory of the other side, mapped by a {@linkcode SharedMemoryPool}. */
export interface SharedMemoryView {
  /**
   * The memory, with all that the other side writes to it. What is written here
   * stays here, and that page no longer follows the other side.
   *
   * @throws {TypeError} If it is no longer mapped, because newer ones exceeded
   * `maxMappings` or the pool has ended.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many bytes it has, often more than the frame in it. */
  readonly size: number;
}

class View implements SharedMemoryView {
  readonly size: number;
  readonly mapping: Mapping;
  #dropped: string | null = null;

  constructor(mapping: Mapping, size: number) {
    this.mapping = mapping;
    this.size = size;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#dropped !== null) throw new TypeError(this.#dropped);
    return this.mapping.bytes;
  }

  drop(reason: string): void {
    this.#dropped = reason;
    this.mapping[Symbol.dispose]();
  }
}

/** The regions of the other side, which stay mapped while they are used. */
export class MappingCache {
  readonly #libc: Libc;
  readonly #limits: PoolLimits;
  // By device and inode, which no other file can have while it is mapped. The one
  // that was mapped last is the last.
  readonly #views = new Map<string, View>();

  constructor(libc: Libc, limits: PoolLimits) {
    this.#libc = libc;
    this.#limits = limits;
  }

  get size(): number {
    return this.#views.size;
  }

  /** @throws {RpcError} invalid-shared-memory; the descriptor is still open then */
  map(fd: FileDescriptor): SharedMemoryView {
    const number = fd.fd;
    const { maxSize, maxMappings } = this.#limits;
    const size = checkRegion(this.#libc, number, maxSize);
    const identity = identityOf(this.#libc, number);
    let view = this.#views.get(identity);
    if (view?.size !== size || view.mapping.taken) {
      const mapping = new Mapping(this.#libc, number, size, false);
      view?.drop("The shared memory has been mapped anew");
      view = new View(mapping, size);
    }
    this.#views.delete(identity);
    this.#views.set(identity, view);
    // The mapping needs no descriptor.
    fd.close();
    if (this.#views.size > maxMappings) this.#dropOldest();
    return view;
  }

  /** Unmaps everything. */
  end(reason: string): void {
    for (const view of this.#views.values()) view.drop(reason);
    this.#views.clear();
  }

  #dropOldest(): void {
    for (const [identity, view] of this.#views) {
      this.#views.delete(identity);
      view.drop(
        `The mapping gave way to a newer one, beyond ${this.#limits.maxMappings}: raise maxMappings`,
      );
      return;
    }
  }
}
