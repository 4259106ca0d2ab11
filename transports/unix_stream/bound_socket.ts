import { besides, SocketFile } from "../unix/socket_file.ts";

/** A listening socket of Deno's. */
export interface BoundSocket {
  /** The socket. Its own address can be an earlier name. */
  readonly listener: Deno.UnixListener;
  /** The path that it listens on. */
  readonly path: string;
  /** The file at that path; null for an abstract name. */
  readonly file: SocketFile | null;
  /**
   * Whether Deno removes whatever is at `listener.addr.path` when it closes the
   * socket.
   */
  readonly removedByDeno: boolean;
}

/** Takes over a socket that Deno has bound to its final path. */
export function boundByDeno(listener: Deno.UnixListener): BoundSocket {
  const { path } = listener.addr as Deno.UnixAddr;
  return { listener, path, file: SocketFile.at(path), removedByDeno: true };
}

/**
 * Binds another name first, and then gives the file its own name. Deno knows the
 * first name only, so it removes nothing when it closes the socket.
 *
 * Null if that can't be done: the name would be too long, the permissions are for
 * the path alone, or the file system has no hard links.
 *
 * @param bind Makes a listener on a path.
 * @throws {Deno.errors.AddrInUse} If a file is there already.
 */
export function bindAside(
  path: string,
  bind: (path: string) => Deno.UnixListener,
): BoundSocket | null {
  const first = besides(path);
  if (path.startsWith("\0") || !fits(first) || !granted(first)) return null;
  const listener = bind(first);
  try {
    // A link, unlike a rename, never replaces another file.
    Deno.linkSync(first, path);
  } catch (error) {
    listener.close();
    if (!(error instanceof Deno.errors.AlreadyExists)) return null;
    throw new Deno.errors.AddrInUse("There is a file", { cause: error });
  }
  Deno.removeSync(first);
  return { listener, path, file: SocketFile.at(path), removedByDeno: false };
}

/** The room in the shortest `sockaddr_un` of all systems, including the final zero. */
const MAX_PATH_LEN = 103;

function fits(path: string): boolean {
  return new TextEncoder().encode(path).length <= MAX_PATH_LEN;
}

/** Whether another name in the same directory may be used; never prompts. */
function granted(path: string): boolean {
  return [
    { name: "read", path } as const,
    { name: "write", path } as const,
    { name: "net" } as const,
  ].every((asked) => Deno.permissions.querySync(asked).state === "granted");
}
