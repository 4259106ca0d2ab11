import { EPROTOTYPE, SO_PEERCRED, SOL_SOCKET } from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import { encodeSockaddrUn } from "./socket_path.ts";
import type { Credentials } from "./credentials.ts";

/** The system reduces it to net.core.somaxconn, 4096 by default. */
const BACKLOG = 0x7fff_ffff;

/** What is done with a socket, for the text of an error. */
export interface PathErrorOptions {
  /** The path with its scheme, such as `unix:/run/x`. */
  readonly where: string;
  /** A text to append, if the socket at the path has another type. */
  readonly otherType?: string;
}

/**
 * Connects a socket to a path. A Unix socket connects at once or fails.
 *
 * @throws {Error} What Deno.connect would throw.
 */
export function connectToPath(
  libc: Libc,
  fd: number,
  path: string,
  { where, otherType }: PathErrorOptions,
): void {
  const address = encodeSockaddrUn(path);
  if (libc.symbols.connect(fd, address, address.length) === 0) return;
  const errno = libc.errno();
  const hint = errno === EPROTOTYPE ? otherType : undefined;
  throw osError(libc, `Cannot connect to ${where}`, errno, hint);
}

/**
 * Binds a socket to a path and listens on it. The permissions of its file are never
 * wider than `mode`. If it fails, no file is left.
 *
 * @throws {Error} What Deno.listen would throw.
 */
export function listenOnPath(
  libc: Libc,
  fd: number,
  path: string,
  mode: number | undefined,
  { where }: PathErrorOptions,
): void {
  const address = encodeSockaddrUn(path);
  const { fchmod, bind, listen } = libc.symbols;
  // Linux gives the file the mode of the socket, less the umask.
  const failed = mode !== undefined && fchmod(fd, mode) !== 0 ||
    bind(fd, address, address.length) !== 0;
  if (failed) throw osError(libc, `Cannot listen on ${where}`);
  try {
    // The umask may have removed some of the permissions that were asked for.
    if (mode !== undefined && !path.startsWith("\0")) {
      Deno.chmodSync(path, mode);
    }
    if (listen(fd, BACKLOG) === 0) return;
    throw osError(libc, `Cannot listen on ${where}`);
  } catch (error) {
    removeSocketFile(path);
    throw error;
  }
}

/** Removes the file of a socket that was just bound; an abstract name has none. */
export function removeSocketFile(path: string): void {
  if (!path.startsWith("\0")) Deno.removeSync(path);
}

/** The process at the other end of a connected socket. */
export function peerCredentials(libc: Libc, fd: number): Credentials | null {
  const value = new Uint32Array(3);
  const length = new Uint32Array([12]);
  const { getsockopt } = libc.symbols;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value, length) !== 0) return null;
  const [pid = 0, uid = 0, gid = 0] = value;
  return { uid, gid, pid };
}
