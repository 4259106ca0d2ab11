/** A name that no file has, in the same directory. */
export function besides(path: string): string {
  return `${path}~${crypto.randomUUID().slice(0, 8)}`;
}

/**
 * The file by which a listening socket is reached, so that closing the listener
 * removes that file and no other.
 *
 * - It is known by its device and inode. No other file can have both while the
 *   socket is open, which keeps the inode: so compare before closing.
 * - Its path is made absolute at once, as the working directory may change.
 */
export class SocketFile {
  /** Where it was made, from the root. */
  readonly path: string;
  readonly #dev: number;
  readonly #ino: number | null;

  private constructor(path: string, { dev, ino }: Deno.FileInfo) {
    this.path = path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
    this.#dev = dev;
    this.#ino = ino;
  }

  /**
   * The file that is at a path now; null if there is none, as with an abstract
   * name.
   *
   * @throws {Deno.errors.NotCapable} If the path may not be read.
   */
  static at(path: string): SocketFile | null {
    if (path.startsWith("\0")) return null;
    try {
      return new SocketFile(path, Deno.lstatSync(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** Whether another one is the same file, maybe at another path. */
  same(other: SocketFile | null): boolean {
    return other !== null && this.#dev === other.#dev &&
      this.#ino === other.#ino;
  }

  /**
   * Gives it a second name, so that it stays when the first one is removed.
   *
   * @returns Gives it the first one back, unless another file has that by now.
   * @throws {Deno.errors.NotCapable} If nothing may be written beside it.
   */
  keep(): () => void {
    const second = besides(this.path);
    Deno.linkSync(this.path, second);
    return () => {
      try {
        Deno.linkSync(second, this.path);
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
      Deno.removeSync(second);
    };
  }

  /**
   * Removes it, unless its path leads to another file, or to none, by now.
   *
   * Linux can't compare and remove in one step: a file that takes its place
   * between these two calls is lost.
   *
   * @throws {Deno.errors.NotCapable} If the path may not be read or written.
   */
  remove(): void {
    if (this.same(SocketFile.at(this.path))) Deno.removeSync(this.path);
  }
}
