import { checkCount } from "../../internal/check_options.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { Libc } from "../libc/libc.ts";
import {
  checkRegion,
  createMemfd,
  DEFAULT_MAX_SIZE,
  invalid,
  MAX_SIZE,
  sealMemfd,
} from "./memfd.ts";
import { copyOut, Mapping, textOut } from "./mapping.ts";

const WHAT = "Shared memory";

/** The options of `SharedMemory.create`. */
export interface SharedMemoryCreateOptions {
  /** The name that /proc/PID/maps shows, at most 249 bytes. Default: `"fizyr-rpc"`. */
  name?: string | undefined;
}

/** The options of `SharedMemory.seal`. */
export interface SharedMemorySealOptions {
  /** Whether others may write to it too. Default: false. */
  writable?: boolean | undefined;
}

/** The options of `SharedMemory.from`. */
export interface SharedMemoryFromOptions {
  /**
   * Whether the other side sees what this side writes. Default: false. Then the
   * bytes can still be written to, but what is written stays here.
   */
  writable?: boolean | undefined;
  /** The largest accepted size in bytes, at most 4 GiB. Default: 1 GiB. */
  maxSize?: number | undefined;
}

/**
 * Memory that processes share. One process creates, seals and sends it, the other
 * maps it, and reads without a copy what the first one writes.
 *
 * - Nothing stops one process from writing while the other reads, so both have to
 *   take turns. Send a message when it is the other's turn. Decode or sort a
 *   `copy()`, never the memory itself.
 * - Creating and first filling it takes 0.8 to 1.5 ms for each MiB. For more than
 *   one frame use a {@linkcode SharedMemoryPool}.
 * - It is valid until `close`, or with `using` until the end of the block. After
 *   that `bytes` throws, and earlier views are empty.
 *
 * Permissions: `--allow-ffi`, without a scope; Linux on x86-64 or arm64 only.
 *
 * @example Two views of one memory; the second would be another process's
 * ```ts ignore
 * import { SharedMemory } from "jsr:@fizyr/rpc";
 *
 * using memory = SharedMemory.create(64 * 1024 * 1024);
 * memory.seal();
 * using same = SharedMemory.from(memory.fd.dup());
 * memory.bytes[0] = 1;
 * console.log(same.bytes[0]); // 1
 * ```
 */
export class SharedMemory implements Disposable {
  /** Its descriptor, to be sent. It belongs to this object. */
  readonly fd: FileDescriptor;
  /** How many bytes it has. */
  readonly size: number;
  /** Whether the other side sees what is written to `bytes`. */
  readonly writable: boolean;
  readonly #mapping: Mapping;
  #closed = false;

  private constructor(
    libc: Libc,
    fd: FileDescriptor,
    size: number,
    writable: boolean,
  ) {
    this.#mapping = new Mapping(libc, fd.fd, size, writable);
    this.fd = fd;
    this.size = size;
    this.writable = writable;
  }

  /**
   * Creates shared memory, filled with zeros.
   *
   * @param size In bytes, from 1 to 4 GiB.
   * @throws {RangeError} If the size is out of that range.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} On other systems.
   */
  static create(
    size: number,
    options: SharedMemoryCreateOptions = {},
  ): SharedMemory {
    checkCount("size", size, MAX_SIZE);
    using libc = Libc.require(WHAT);
    const fd = createMemfd(libc, size, options.name ?? "fizyr-rpc");
    try {
      return new SharedMemory(libc, fd, size, true);
    } catch (error) {
      fd.close();
      throw error;
    }
  }

  /**
   * Maps memory that another process has created and sealed. The result then owns
   * the descriptor. If this fails, the descriptor still belongs to the caller.
   *
   * - Unless `writable`, what this side writes to a page (4 KiB or more) stays
   *   here, and that page no longer shows what the other side writes.
   *
   * @throws {RpcError} `invalid-shared-memory` if it isn't sealed against
   * shrinking, so that the other side could crash this process; if it is empty or
   * above `maxSize`; if it is no memfd; or if it is sealed against writing and
   * `writable` is set. The connection stays usable.
   * @throws {TypeError} If the descriptor is closed.
   * @throws {RangeError} If `maxSize` is out of its range.
   */
  static from(
    fd: FileDescriptor,
    options: SharedMemoryFromOptions = {},
  ): SharedMemory {
    const { writable = false, maxSize = DEFAULT_MAX_SIZE } = options;
    checkCount("maxSize", maxSize, MAX_SIZE);
    if (!(fd instanceof FileDescriptor)) {
      throw new TypeError("Shared memory is mapped from a FileDescriptor");
    }
    const number = fd.fd;
    using libc = Libc.require(WHAT);
    const size = checkRegion(libc, number, maxSize);
    try {
      return new SharedMemory(libc, fd, size, writable);
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
      throw invalid(
        writable
          ? "The shared memory is sealed against writing: the other side must call seal({ writable: true })"
          : "The descriptor of the shared memory is not open for reading",
      );
    }
  }

  /**
   * The memory. Others may write to it at any time. Reading elements, `set` and
   * `slice` are safe all the same. `TextDecoder`, `sort` and other built-in code that
   * looks at bytes twice are not: if they change in between, it can end this process
   * with SIGSEGV. Give them a {@linkcode copy}, or take the {@linkcode text}.
   *
   * @throws {TypeError} If it is closed.
   */
  get bytes(): Uint8Array<ArrayBuffer> {
    if (!this.#closed) return this.#mapping.bytes;
    throw new TypeError("The shared memory is closed");
  }

  /**
   * Copies bytes out, into memory of this process that nobody else writes to.
   *
   * @param start The first byte, as in `subarray`. Default: 0.
   * @param end The end, which isn't included. Default: `size`.
   * @throws {TypeError} If it is closed.
   */
  copy(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    return copyOut(this.bytes, start, end);
  }

  /**
   * Copies bytes out and decodes the copy as UTF-8: invalid bytes become U+FFFD,
   * and a U+FEFF at the beginning is left out.
   *
   * @param start The first byte, as in `subarray`. Default: 0.
   * @param end The end, which isn't included. Default: `size`.
   * @throws {TypeError} If it is closed.
   */
  text(start?: number, end?: number): string {
    return textOut(this.bytes, start, end);
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Seals it, permanently and for all processes. Its size is fixed then, and unless
   * `writable`, nobody but this side can write to it. Others refuse to map it
   * before that. A second call does nothing.
   *
   * @throws {TypeError} If it is closed.
   * @throws {Deno.errors.PermissionDenied} If it has been sealed otherwise.
   */
  seal(options: SharedMemorySealOptions = {}): void {
    if (this.#closed) throw new TypeError("The shared memory is closed");
    using libc = Libc.require(WHAT);
    sealMemfd(libc, this.fd.fd, options.writable ?? false);
  }

  /**
   * Gives up the memory and closes the descriptor, once; later calls do nothing.
   * Operations of the runtime that still use the bytes see zeros.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#mapping[Symbol.dispose]();
    this.fd.close();
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.close();
  }
}
