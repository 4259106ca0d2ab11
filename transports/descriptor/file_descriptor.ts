import {
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_SETFD,
  FD_CLOEXEC,
} from "../libc/constants.ts";
import { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";
import * as io from "./descriptor_io.ts";
import { type FileDescriptorFlags, resolveFlags } from "./open_flags.ts";
import { plainPath, requirePath, toPath } from "./path_permission.ts";
import { requireSpecial } from "./special_file.ts";
import { statOf } from "./statx.ts";
import { toFile } from "./to_file.ts";

const WHAT = "A file descriptor";
let adopting: Libc | null = null;
let release: (fd: FileDescriptor) => void;

/**
 * A file descriptor that this program owns: a file, a pipe, a socket or memory,
 * such as came with a message or goes with one.
 *
 * - It is open until `close`, however long nobody refers to it: use `using`.
 * - Sending one leaves it open here. A received one belongs to who receives the
 *   message.
 * - Child processes don't inherit it (CLOEXEC).
 *
 * Permissions: `--allow-ffi`, without a scope; Linux on x86-64 or arm64 only.
 *
 * @example Writing, and reading it back
 * ```ts ignore
 * import { FileDescriptor } from "jsr:@fizyr/rpc";
 *
 * using file = FileDescriptor.open("/tmp/frame.raw", "w+");
 * file.writeSync(new Uint8Array([1, 2, 3]));
 * using other = await file.toFile();
 * console.log(await other.read(new Uint8Array(3)));
 * ```
 */
export class FileDescriptor implements Disposable {
  readonly #libc: Libc;
  readonly #fd: number;
  // What is under way in other threads, which must not meet a number that has
  // been closed and given to another file.
  #pending = 0;
  #closed = false;

  static {
    release = (fd): void => {
      if (fd.#pending > 0) {
        throw new TypeError("The file descriptor is being read or written");
      }
      fd.#closed = true;
      fd.#libc[Symbol.dispose]();
    };
  }

  /**
   * Takes over an open descriptor, so that nothing else may close it, and makes it
   * CLOEXEC.
   *
   * @throws {RangeError} If it is no integer from 0 to 2147483647.
   * @throws {Deno.errors.BadResource} If it isn't open.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} On other systems.
   */
  constructor(fd: number) {
    this.#fd = fd;
    if (adopting !== null) {
      this.#libc = adopting.retain();
      return;
    }
    if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fffffff) {
      throw new RangeError(
        `A file descriptor must be an integer from 0 to 2147483647, got ${fd}`,
      );
    }
    this.#libc = Libc.require(WHAT);
    const { fcntl } = this.#libc.symbols;
    const flags = fcntl(fd, F_GETFD, 0);
    if (flags < 0 || fcntl(fd, F_SETFD, flags | FD_CLOEXEC) < 0) {
      const error = osError(this.#libc, `Cannot adopt file descriptor ${fd}`);
      this.#libc[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Opens a file.
   *
   * - Asks for `--allow-read` and `--allow-write` of the path first, as Deno.open;
   *   what is in /proc or /sys, and devices, take `--allow-all`.
   * - Opening a FIFO that nobody has open at its other end blocks the program.
   *
   * @param path The path, or a `file:` URL.
   * @param flags As for `fopen` and Node, or as for Deno.open. Default: `"r"`.
   * @throws {TypeError} If the flags are unknown or contradict each other.
   * @throws {Deno.errors.NotCapable} Without those permissions or `--allow-ffi`.
   * @throws {Deno.errors.NotFound} If there is no such file, and the other errors
   * of Deno.open.
   */
  static open(
    path: string | URL,
    flags: FileDescriptorFlags = "r",
  ): FileDescriptor {
    const resolved = resolveFlags(flags);
    const name = plainPath(toPath(path));
    requirePath(name, resolved);
    using libc = Libc.require(WHAT);
    const bytes = new TextEncoder().encode(`${name}\0`);
    const fd = libc.symbols.open(bytes, resolved.flags, resolved.mode);
    if (fd < 0) throw osError(libc, `Cannot open ${name}`);
    const file = adoptDescriptor(fd, libc);
    try {
      requireSpecial(libc, fd, name);
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Its number. It is good until `close`: then the system gives it to another file.
   *
   * @throws {TypeError} If it is closed.
   */
  get fd(): number {
    if (!this.#closed) return this.#fd;
    throw new TypeError("The file descriptor is closed");
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * A second descriptor of the same open file, to be closed on its own.
   *
   * @throws {TypeError} If it is closed.
   * @throws {Error} If the process has as many open as it may.
   */
  dup(): FileDescriptor {
    const { fd } = this;
    const copy = this.#libc.symbols.fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy >= 0) return adoptDescriptor(copy, this.#libc);
    throw osError(this.#libc, `Cannot duplicate file descriptor ${fd}`);
  }

  /**
   * What Deno.stat says of a path, of this file.
   *
   * @throws {TypeError} If it is closed.
   */
  stat(): Deno.FileInfo {
    return statOf(this.#libc, this.fd);
  }

  /**
   * Reads what there is, at most the buffer's length, and blocks the program until
   * there is something: only for files and what is known to be ready.
   *
   * @returns How many bytes it has read, or null at the end.
   * @throws {TypeError} If it is closed.
   * @throws {Deno.errors.WouldBlock} If it is non-blocking and nothing is there.
   */
  readSync(buffer: Uint8Array): number | null {
    const count = io.readSync(this.#libc, this.fd, buffer);
    return count === 0 && buffer.length > 0 ? null : count;
  }

  /**
   * Writes what fits, and blocks the program until something does.
   *
   * @returns How many bytes it has written; they may be fewer than given.
   * @throws {TypeError} If it is closed.
   * @throws {Deno.errors.WouldBlock} If it is non-blocking and nothing fits.
   */
  writeSync(buffer: Uint8Array): number {
    return io.writeSync(this.#libc, this.fd, buffer);
  }

  /**
   * Reads what there is, at most the buffer's length and 1 MiB.
   *
   * - It waits in one of the 32 threads that Deno has for this. With more waits
   *   than that, all file access of the program stands still.
   * - It can't be cancelled. After `close` the file stays open until it is done.
   *
   * @returns How many bytes it has read, or null at the end.
   * @throws {TypeError} If it is closed.
   * @throws {Deno.errors.WouldBlock} If it is non-blocking and nothing is there.
   */
  async read(buffer: Uint8Array): Promise<number | null> {
    const count = await this.#hold((fd) => io.read(this.#libc, fd, buffer));
    return count === 0 && buffer.length > 0 ? null : count;
  }

  /**
   * Writes what fits, at most 1 MiB; the buffer is copied at once. It waits as
   * `read` does.
   *
   * @returns How many bytes it has written; they may be fewer than given.
   * @throws {TypeError} If it is closed.
   * @throws {Deno.errors.WouldBlock} If it is non-blocking and nothing fits.
   */
  write(buffer: Uint8Array): Promise<number> {
    return this.#hold((fd) => io.write(this.#libc, fd, buffer));
  }

  /**
   * Opens the same file once more, as a Deno.FsFile with a position of its own, at
   * 0, and the same access. This one stays open.
   *
   * Takes `--allow-all`, except for a pipe: Deno gives the way, `/proc/self/fd`, to
   * nobody else.
   *
   * @throws {TypeError} If it is closed.
   * @throws {Deno.errors.NotCapable} Without `--allow-all`.
   * @throws {Deno.errors.NotSupported} If it is a socket, an eventfd or the like.
   * @throws {Deno.errors.PermissionDenied} If this user may not open that file.
   */
  toFile(): Promise<Deno.FsFile> {
    return this.#hold((fd) => toFile(this.#libc, fd));
  }

  /** Closes it, once; later calls do nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#pending === 0) this.#release();
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #hold<T>(use: (fd: number) => Promise<T>): Promise<T> {
    const { fd } = this;
    this.#pending++;
    try {
      return await use(fd);
    } finally {
      if (--this.#pending === 0 && this.#closed) this.#release();
    }
  }

  // Linux frees the number even where close() reports an error.
  #release(): void {
    this.#libc.symbols.close(this.#fd);
    this.#libc[Symbol.dispose]();
  }
}

/**
 * Takes over a descriptor that is known to be open and CLOEXEC, without asking
 * the kernel; it holds `libc` once more.
 */
export function adoptDescriptor(fd: number, libc: Libc): FileDescriptor {
  adopting = libc;
  try {
    return new FileDescriptor(fd);
  } finally {
    adopting = null;
  }
}

/**
 * Gives an open descriptor another owner; the one that had it counts as closed, so
 * that nobody else can close a number that is in use.
 *
 * @throws {TypeError} If it is closed, or a read or write is under way.
 */
export function takeDescriptor(
  from: FileDescriptor,
  libc: Libc,
): FileDescriptor {
  const { fd } = from;
  release(from);
  return adoptDescriptor(fd, libc);
}
