import { deno } from "../../internal/runtime/deno.ts";
import { NotFound } from "../../internal/runtime/errors.ts";
import { files } from "../../internal/runtime/files.ts";
import { besides } from "../unix/socket_file.ts";

/**
 * A folder beside a path, in which a socket is bound first; then its file gets its
 * own name. Nobody else can open the folder, so the permissions of the file are never
 * wider than asked, whatever other threads do with the umask. The runtime knows the
 * first name only, so it removes nothing when it closes the socket.
 */
export class PrivateFolder implements Disposable {
  readonly #path: string;
  /** The first name of the socket's file. */
  readonly file: string;

  private constructor(path: string) {
    this.#path = path;
    this.file = fileIn(path);
    files.makePrivateFolder(path);
  }

  /**
   * Makes one. Null if that can't be done: the name would be too long, or the
   * permissions are for the path alone.
   */
  static beside(path: string): PrivateFolder | null {
    if (path.startsWith("\0")) return null;
    const folder = besides(path);
    if (!fits(fileIn(folder)) || !granted(folder)) return null;
    return new PrivateFolder(folder);
  }

  /** Removes it, with the first name of the file. */
  [Symbol.dispose](): void {
    try {
      files.remove(this.file);
    } catch (error) {
      // Binding failed, or the listener is closed.
      if (!(error instanceof NotFound)) throw error;
    }
    files.removeFolder(this.#path);
  }
}

function fileIn(folder: string): string {
  return `${folder}/s`;
}

/** The room in the shortest `sockaddr_un` of all systems, including the final zero. */
const MAX_PATH_LEN = 103;

function fits(path: string): boolean {
  return new TextEncoder().encode(path).length <= MAX_PATH_LEN;
}

/** Whether another name in the same directory may be used; never prompts. */
function granted(path: string): boolean {
  return deno === undefined || [
    { name: "read", path } as const,
    { name: "write", path } as const,
    { name: "net" } as const,
  ].every((asked) => Deno.permissions.querySync(asked).state === "granted");
}
