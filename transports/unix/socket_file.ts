import { AlreadyExists, NotFound } from "../../internal/runtime/errors.ts";
import { type FileFacts, files } from "../../internal/runtime/files.ts";

/** An unused name in the same directory. */
export function besides(path: string): string {
  return `${path}~${crypto.randomUUID().slice(0, 8)}`;
}

/**
 * The file of a listening socket, so that closing the listener removes that file
 * and no other.
 *
 * - It is identified by device and inode. While the socket is open it keeps the
 *   inode, so no other file can have both. So compare before closing.
 * - Its path is made absolute at once, as the working directory may change.
 */
export class SocketFile {
  /** Its absolute path. */
  readonly path: string;
  readonly #dev: number;
  readonly #ino: number | null;

  private constructor(path: string, { dev, ino }: FileFacts) {
    this.path = path.startsWith("/") ? path : `${files.cwd()}/${path}`;
    this.#dev = dev;
    this.#ino = ino;
  }

  /**
   * The file that is at a path now; null if there is none. An abstract name has
   * none.
   *
   * @throws {Deno.errors.NotCapable} If the path may not be read.
   */
  static at(path: string): SocketFile | null {
    if (path.startsWith("\0")) return null;
    try {
      return new SocketFile(path, files.lstat(path));
    } catch (error) {
      if (error instanceof NotFound) return null;
      throw error;
    }
  }

  /** Whether another one is the same file, even at another path. */
  same(other: SocketFile | null): boolean {
    return other !== null && this.#dev === other.#dev &&
      this.#ino === other.#ino;
  }

  /**
   * Gives the file a second name, so that it stays when the first one is removed.
   *
   * @returns A function that gives it the first name back, unless another file has
   * that by now.
   * @throws {Deno.errors.NotCapable} If files may not be written in its directory.
   */
  keep(): () => void {
    const second = besides(this.path);
    files.link(this.path, second);
    return () => {
      try {
        files.link(second, this.path);
      } catch (error) {
        if (!(error instanceof AlreadyExists)) throw error;
      }
      files.remove(second);
    };
  }

  /**
   * Removes it, unless its path now leads to another file or to none.
   *
   * Linux can't compare and remove in one step: another file that takes its place
   * in between is lost.
   *
   * @throws {Deno.errors.NotCapable} If the path may not be read or written.
   */
  remove(): void {
    if (this.same(SocketFile.at(this.path))) files.remove(this.path);
  }
}

/**
 * Checks the permissions that a socket file is to have.
 *
 * @throws {RangeError} If `mode` is no integer from 0 to 0o777.
 */
export function checkMode(mode: number | undefined): void {
  if (mode === undefined) return;
  if (Number.isInteger(mode) && mode >= 0 && mode <= 0o777) return;
  throw new RangeError(`mode must be from 0 to 0o777, got ${mode}`);
}

/** Calls a function that makes a file, whose permissions are never wider than `mode`. */
export function withinMode<T>(mode: number | undefined, make: () => T): T {
  if (mode === undefined) return make();
  // The umask belongs to the whole process. With this one, files that other threads
  // make now can only get narrower permissions, not wider ones.
  const umask = files.umask(0o777);
  files.umask(umask | (~mode & 0o777));
  try {
    return make();
  } finally {
    files.umask(umask);
  }
}

/** Gives the file of a listener the permissions that it is to have. */
export function setMode(
  path: string,
  mode: number | undefined,
  listener: { close(): void },
): void {
  if (mode === undefined) return;
  try {
    files.chmod(path, mode);
  } catch (error) {
    listener.close();
    throw error;
  }
}
