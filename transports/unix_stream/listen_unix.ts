import { withAddress } from "../address_error.ts";
import { checkUnixPath } from "../unix/check_path.ts";
import { checkMode } from "../unix/mode.ts";
import {
  removeStaleSocket,
  removeStaleSocketSync,
} from "../unix/stale_socket.ts";
import { bindAside, boundByDeno, type BoundSocket } from "./bound_socket.ts";

/**
 * Listens on a path. The permissions of its file are never wider than `mode`.
 */
function bind(path: string, mode: number | undefined): Deno.UnixListener {
  if (mode === undefined) return Deno.listen({ transport: "unix", path });
  // The umask belongs to the whole process. With this one, files that other threads
  // make now can only get narrower permissions, not wider ones.
  const umask = Deno.umask(0o777);
  Deno.umask(umask | (~mode & 0o777));
  let listener: Deno.UnixListener;
  try {
    listener = Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(umask);
  }
  try {
    Deno.chmodSync(path, mode);
  } catch (error) {
    listener.close();
    throw error;
  }
  return listener;
}

/** @throws {Error} Deno's own error, with the path that was asked for in its text. */
function open(path: string, mode: number | undefined): BoundSocket {
  checkMode(mode);
  checkUnixPath(path);
  try {
    return bindAside(path, (name) => bind(name, mode)) ??
      boundByDeno(bind(path, mode));
  } catch (error) {
    throw withAddress(error, `Cannot listen on unix:${path}`);
  }
}

/**
 * Listens on a path, and takes the place of a socket file that is left over.
 *
 * @throws {TypeError} If no socket can have the path.
 * @throws {RangeError} If `mode` is no integer from 0 to 0o777.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, the file is no
 * socket, or that can't be found out synchronously.
 */
export function listenUnixSync(
  path: string,
  mode?: number,
): BoundSocket {
  try {
    return open(path, mode);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    removeStaleSocketSync(path);
    return open(path, mode);
  }
}

/**
 * Listens on a path, and takes the place of a socket file that is left over.
 *
 * @throws {TypeError} If no socket can have the path.
 * @throws {RangeError} If `mode` is no integer from 0 to 0o777.
 * @throws {Deno.errors.AddrInUse} If somebody listens there, or the file is no
 * socket.
 */
export async function listenUnix(
  path: string,
  mode?: number,
): Promise<BoundSocket> {
  try {
    return open(path, mode);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    await removeStaleSocket(path);
    return open(path, mode);
  }
}
