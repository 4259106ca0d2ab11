import { AddrInUse, AlreadyExists } from "../../internal/runtime/errors.ts";
import { files } from "../../internal/runtime/files.ts";
import type { UnixListener } from "../sockets/conn.ts";
import { SocketFile } from "../unix/socket_file.ts";

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
  const file = SocketFile.at(path);
  return { listener, path, file, removedByRuntime: false };
}
