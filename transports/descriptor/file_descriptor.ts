import {
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_SETFD,
  FD_CLOEXEC,
} from "../libc/constants.ts";
import { Libc, osError, requireSystem } from "../libc/libc.ts";
import { WorkerEnd } from "../libc/worker_end.ts";
import { disown, waits } from "./disown.ts";
import { type FileDescriptorFlags, resolveFlags } from "./open_flags.ts";
import { plainPath, requirePath, toPath } from "./path_permission.ts";
import { requireSpecial, statOf } from "./statx.ts";
import { readSync, writeSync } from "./sync_io.ts";

const WHAT = "A file descriptor";

/** How much one call of `write` moves, in bytes. */
const MAX_WRITE = 1024 * 1024;

type WaitingIo = typeof import("./waiting_io.ts");

/** What reads and writes without blocking the program; null until it is first needed. */
let waitingIo: WaitingIo | null = null;

/**
 * A file descriptor that this program owns: a file, a pipe, a socket or memory.
 * Messages can carry descriptors.
 *
 * - It stays open until `close`, even if nothing refers to it any more: use `using`.
 * - When its worker ends by itself (`self.close()`, `Deno.exit()`, an unhandled
 *   error) it is closed, unless a thread is reading or writing it. A worker isn't
 *   told of `Worker.terminate()`: close it before that.
 * - Sending a descriptor leaves it open here. A received descriptor belongs to
 *   whoever receives the message.
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
  /**
   * How many threads use it. While there are any it isn't closed, as the system
   * could give its number to another file.
   */
  #threads = 0;
  #closed = false;
  /** How many calls wait for the code of reading and writing. */
  #loading = 0;

  /**
   * Takes over an open descriptor, so that nothing else may close it, and makes it
   * CLOEXEC.
   *
   * @throws {RangeError} If it is no integer from 0 to 2147483647.
   * @throws {Deno.errors.BadResource} If it isn't open.
   * @throws {Deno.errors.NotCapable} Without `--allow-ffi`.
   * @throws {Deno.errors.NotSupported} On other systems.
   */
  constructor(fd: number);
  /**
   * Takes over a descriptor that is known to be open and CLOEXEC, without asking
   * the kernel.
   *
   * @internal
   */
  constructor(fd: number, libc: Libc);
  constructor(fd: number, libc?: Libc) {
    this.#fd = fd;
    if (libc !== undefined) {
      this.#libc = libc.retain();
      WorkerEnd.current.add(this);
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
    WorkerEnd.current.add(this);
  }

  /**
   * Opens a file.
   *
   * - Asks for `--allow-read` and `--allow-write` of the path first, as Deno.open;
   *   files in /proc and /sys, and devices, take `--allow-all`.
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
    requireSystem(WHAT);
    const name = plainPath(toPath(path));
    requirePath(name, resolved);
    using libc = Libc.require(WHAT);
    const bytes = new TextEncoder().encode(`${name}\0`);
    const fd = libc.symbols.open(bytes, resolved.flags, resolved.mode);
    if (fd < 0) throw osError(libc, `Cannot open ${name}`);
    const file = new FileDescriptor(fd, libc);
    try {
      requireSpecial(libc, fd, name);
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Its number. It is valid until `close`; then the system may give it to another
   * file.
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
    if (copy >= 0) return new FileDescriptor(copy, this.#libc);
    throw osError(this.#libc, `Cannot duplicate file descriptor ${fd}`);
  }

  /**
   * The same information about this file as Deno.stat gives for a path.
   *
   * @throws {TypeError} If it is closed.
   */
  stat(): Deno.FileInfo {
    return statOf(this.#libc, this.fd);
  }

  /**
   * Reads what is there, at most the buffer's length. Blocks the program until
   * something is there, so use it only for files and for descriptors that are
   * ready.
   *
   * @returns How many bytes it has read, or null at the end.
   * @throws {TypeError} If it is closed.
   * @throws {Deno.errors.WouldBlock} If it is non-blocking and nothing is there.
   */
  readSync(buffer: Uint8Array): number | null {
    const count = readSync(this.#libc, this.fd, buffer);
    return count === 0 && buffer.length > 0 ? null : count;
  }

  /**
   * Writes what fits. Blocks the program until something fits.
   *
   * @returns How many bytes it has written; they may be fewer than given.
   * @throws {TypeError} If it is closed.
   * @throws {Deno.errors.WouldBlock} If it is non-blocking and nothing fits.
   */
  writeSync(buffer: Uint8Array): number {
    return writeSync(this.#libc, this.fd, buffer);
  }

  /**
   * Reads what is there, at most the buffer's length and 1 MiB.
   *
   * - Waiting for a pipe, a socket, an eventfd or the like takes no thread, so any
   *   number can wait. The flags of the open file, which other processes share,
   *   aren't changed. Reads are served in the order of the calls.
   * - If others read too, here or in another process, the first reader gets the
   *   bytes.
   * - A file on a disk is read in one of the 32 threads that Deno has for this. So
   *   is a terminal or an inotify instance, once it is ready; if another reader is
   *   faster, the thread waits for more.
   * - `close` ends a waiting read with `Interrupted`, and no byte is lost. If a
   *   thread is reading, the file stays open until the thread is done.
   *
   * @returns How many bytes it has read, or null at the end.
   * @throws {TypeError} If it is closed, or the buffer is transferred meanwhile.
   * @throws {Deno.errors.Interrupted} If it is closed while it waits.
   * @throws {Deno.errors.WouldBlock} If it is non-blocking and nothing is there.
   */
  async read(buffer: Uint8Array): Promise<number | null> {
    const wanted = buffer.length;
    const { read } = this.#io ?? await this.#loadIo();
    const count = await read(
      this.#libc,
      this.fd,
      buffer,
      (use) => this.#inThread(use),
    );
    return count === 0 && wanted > 0 ? null : count;
  }

  /**
   * Writes what fits, at most 1 MiB; the buffer may change at once. It waits as
   * `read` does.
   *
   * @returns How many bytes it has written; they may be fewer than given.
   * @throws {TypeError} If it is closed.
   * @throws {Deno.errors.Interrupted} If it is closed while it waits.
   * @throws {Deno.errors.WouldBlock} If it is non-blocking and nothing fits.
   */
  async write(buffer: Uint8Array): Promise<number> {
    let io = this.#io;
    let bytes = buffer;
    if (io === null) {
      bytes = buffer.slice(0, MAX_WRITE);
      io = await this.#loadIo();
    }
    return await io.write(
      this.#libc,
      this.fd,
      bytes,
      (use) => this.#inThread(use),
    );
  }

  /**
   * Opens the same file once more, as a Deno.FsFile with a position of its own, at
   * 0, and the same access. This one stays open.
   *
   * Takes `--allow-all`, except for a pipe: the file is opened through
   * `/proc/self/fd`, which Deno allows nobody else.
   *
   * @throws {TypeError} If it is closed.
   * @throws {Deno.errors.NotCapable} Without `--allow-all`.
   * @throws {Deno.errors.NotSupported} If it is a socket, an eventfd or the like.
   * @throws {Deno.errors.PermissionDenied} If this user may not open that file.
   */
  async toFile(): Promise<Deno.FsFile> {
    const { fd } = this;
    return await this.#inThread(async () => {
      const { toFile } = await import("./to_file.ts");
      return await toFile(this.#libc, fd);
    });
  }

  /**
   * Closes it, once; later calls do nothing. Reads and writes that wait end with
   * `Interrupted`.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    WorkerEnd.current.delete(this);
    waits.get(this.#fd)?.close();
    if (this.#threads === 0) this.#release();
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Gives the descriptor to another owner. This object counts as closed then, so
   * that it can't close a number that is in use.
   *
   * @internal
   * @throws {TypeError} If it is closed, or a read or write is under way.
   */
  [disown](): number {
    const { fd } = this;
    if (this.#threads > 0 || waits.has(fd)) {
      throw new TypeError("The file descriptor is being read or written");
    }
    this.#closed = true;
    WorkerEnd.current.delete(this);
    this.#libc[Symbol.dispose]();
    return fd;
  }

  /** What reads and writes; null while an earlier call waits for its code, which comes first. */
  get #io(): WaitingIo | null {
    return this.#loading > 0 ? null : waitingIo;
  }

  /** Loads it. The descriptor stays open until then, as while a thread uses it. */
  async #loadIo(): Promise<WaitingIo> {
    this.#loading++;
    try {
      waitingIo = await this.#inThread(() => import("./waiting_io.ts"));
    } finally {
      this.#loading--;
    }
    if (!this.#closed) return waitingIo;
    throw new Deno.errors.Interrupted("The file descriptor was closed");
  }

  async #inThread<T>(use: () => Promise<T>): Promise<T> {
    // It may have been closed during the wait; then this throws.
    void this.fd;
    this.#threads++;
    try {
      return await use();
    } finally {
      if (--this.#threads === 0 && this.#closed) this.#release();
    }
  }

  // The result is ignored, as Linux frees the number even if close() reports an
  // error.
  #release(): void {
    this.#libc.symbols.close(this.#fd);
    this.#libc[Symbol.dispose]();
  }
}
