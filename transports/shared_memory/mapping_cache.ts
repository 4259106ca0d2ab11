import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { identityOf } from "../descriptor/statx.ts";
import type { Libc } from "../libc/libc.ts";
import { checkRegion } from "./memfd.ts";
import { copyOut, Mapping, textOut } from "./mapping.ts";
import type { PoolLimits } from "./pool_options.ts";

/** Memory of the other side, mapped by a {@linkcode SharedMemoryPool}. */
export interface SharedMemoryView {
  /**
   * The memory, with everything that the other side writes to it. What this side
   * writes stays here, and that page no longer shows what the other side writes.
   *
   * The other side may write to it at any time. Reading elements, `set` and `slice`
   * are safe all the same. `TextDecoder`, `sort` and other built-in code that looks
   * at bytes twice are not: if they change in between, it can end this process with
   * SIGSEGV. Give them a {@linkcode copy}, or take the {@linkcode text}.
   *
   * @throws {TypeError} If it is no longer mapped, because newer ones exceeded
   * `maxMappings` or the pool has ended.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many bytes it has, often more than the frame in it. */
  readonly size: number;
  /**
   * Copies bytes out, into memory of this process that nobody else writes to.
   *
   * New memory is slow to fill. For many large frames, keep an array and use
   * `array.set(view.bytes.subarray(start, end))`.
   *
   * @param start The first byte, as in `subarray`. Default: 0.
   * @param end The end, which isn't included. Default: `size`, so give the length
   * of the frame.
   * @throws {TypeError} As `bytes`.
   */
  copy(start?: number, end?: number): Uint8Array<ArrayBuffer>;
  /**
   * Copies bytes out and decodes the copy as UTF-8: invalid bytes become U+FFFD,
   * and a U+FEFF at the beginning is left out.
   *
   * @param start The first byte, as in `subarray`. Default: 0.
   * @param end The end, which isn't included. Default: `size`, so give the length
   * of the text.
   * @throws {TypeError} As `bytes`.
   */
  text(start?: number, end?: number): string;
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

  copy(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    return copyOut(this.bytes, start, end);
  }

  text(start?: number, end?: number): string {
    return textOut(this.bytes, start, end);
  }

  drop(reason: string): void {
    this.#dropped = reason;
    this.mapping[Symbol.dispose]();
  }
}

/** The mapped regions of the other side. They stay mapped to be used again. */
export class MappingCache {
  readonly #libc: Libc;
  readonly #limits: PoolLimits;
  // By device and inode, which no other file can have while this one is mapped. In
  // the order in which they were last asked for.
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
