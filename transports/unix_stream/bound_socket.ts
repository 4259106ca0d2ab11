import { AddrInUse, AlreadyExists } from "../../internal/runtime/errors.ts";
import { deno } from "../../internal/runtime/deno.ts";
import { files } from "../../internal/runtime/files.ts";
import type { UnixListener } from "../sockets/conn.ts";
import { besides, SocketFile } from "../unix/socket_file.ts";

/** A listening socket. */
export interface BoundSocket {
  /** The socket. Its own address can be an earlier name. */
  readonly listener: UnixListener;
  /** The path that it listens on. */
  readonly path: string;
  /** The file at that path; null for an abstract name. */
  readonly file: SocketFile | null;
  /**
   * Whether the runtime removes whatever is at `listener.addr.path` when it closes
   * the socket.
   */
  readonly removedByRuntime: boolean;
}

/** Takes over a socket that was bound to its final path. */
export function bound(listener: UnixListener): BoundSocket {
  const { path } = listener.addr;
  return { listener, path, file: SocketFile.at(path), removedByRuntime: true };
}

/**
 * Another name to bind first, to give the file its own name then. The runtime knows
 * the first name only, so it removes nothing when it closes the socket.
 *
 * Null if that can't be done: the name would be too long, or the permissions are for
 * the path alone.
 */
export function asideOf(path: string): string | null {
  const first = besides(path);
  if (path.startsWith("\0") || !fits(first) || !granted(first)) return null;
  return first;
}

/**
 * Gives the file of a listener its own name, in place of the first one. Closes the
 * listener where that fails.
 *
 * Null if the file system has no hard links.
 *
 * @throws {Error} AddrInUse, if a file is there already.
 */
export function giveOwnName(
  listener: UnixListener,
  first: string,
  path: string,
): BoundSocket | null {
  try {
    // A link, unlike a rename, never replaces another file.
    files.link(first, path);
  } catch (error) {
    listener.close();
    if (!(error instanceof AlreadyExists)) return null;
    throw new AddrInUse("There is a file", { cause: error });
  }
  files.remove(first);
  const file = SocketFile.at(path);
  return { listener, path, file, removedByRuntime: false };
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
