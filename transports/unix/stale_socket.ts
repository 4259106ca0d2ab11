import {
  AF_UNIX,
  ECONNREFUSED,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from "../libc/constants.ts";
import { deno } from "../../internal/runtime/deno.ts";
import {
  AddrInUse,
  ConnectionRefused,
  NotCapable,
  NotFound,
} from "../../internal/runtime/errors.ts";
import { type FileFacts, files } from "../../internal/runtime/files.ts";
import { openUnix } from "../sockets/open_socket.ts";
import { Libc } from "../libc/libc.ts";
import { encodeSockaddrUn } from "./socket_path.ts";

// A probe connects, so a live server sees a connection that ends at once. Only a
// refusal means that the socket is stale: a live socket of another type gives
// EPROTOTYPE, one with a full backlog EAGAIN. A file that is no socket gives a
// refusal too, so `removeStaleSocket` looks at the file first. A socket between its
// bind and its listen also refuses, and can't be told from a stale one.

/**
 * Whether nobody listens on the Unix socket at `path`. Undefined if that can't be
 * found out synchronously, as FFI or the path isn't granted.
 *
 * @throws {TypeError} if `path` is too long for a Unix socket
 */
export function isStaleSocketSync(path: string): boolean | undefined {
  using libc = Libc.open();
  // FFI bypasses Deno's permissions for the path.
  if (libc === null || !granted("read", path) || !granted("write", path)) {
    return undefined;
  }
  const address = encodeSockaddrUn(path);
  const { socket, connect, close } = libc.symbols;
  const fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return undefined;
  const refused = connect(fd, address, address.length) !== 0 &&
    libc.errno() === ECONNREFUSED;
  close(fd);
  return refused;
}

/**
 * Whether nobody listens on the Unix socket at `path`.
 *
 * @throws {Deno.errors.NotCapable} if a permission to connect is missing
 */
export async function isStaleSocket(path: string): Promise<boolean> {
  try {
    (await openUnix(path)).close();
    return false;
  } catch (error) {
    if (error instanceof NotCapable) throw error;
    return error instanceof ConnectionRefused;
  }
}

/**
 * Removes the Unix socket file at `path` if it is there and nobody listens on it.
 *
 * @throws {Deno.errors.AddrInUse} if it is live or no socket, or if that can't be
 * found out without FFI
 */
export function removeStaleSocketSync(path: string): void {
  const file = socketFile(path);
  if (file === null) return;
  const stale = isStaleSocketSync(path);
  if (stale === undefined) {
    throw inUse(
      path,
      "it exists, and without --allow-ffi only bind and Listener.bind, which are async, can find out whether anyone listens on it",
    );
  }
  removeIf(stale, path, file);
}

/**
 * Removes the Unix socket file at `path` if it is there and nobody listens on it.
 *
 * @throws {Deno.errors.AddrInUse} if it is live, or no socket
 * @throws {Deno.errors.NotCapable} if a permission to connect is missing
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const file = socketFile(path);
  if (file !== null) removeIf(await isStaleSocket(path), path, file);
}

function removeIf(stale: boolean, path: string, file: FileFacts): void {
  if (!stale) throw inUse(path, "something listens on it");
  // Someone may have replaced it since by a live socket. That may even have the
  // same inode number, but not the same age.
  const now = socketFile(path);
  if (now === null) return;
  if (
    now.dev !== file.dev || now.ino !== file.ino ||
    now.mtime?.getTime() !== file.mtime?.getTime()
  ) {
    throw inUse(path, "another process has just taken it");
  }
  files.remove(path);
}

function socketFile(path: string): FileFacts | null {
  if (path.startsWith("\0")) return null; // An abstract name has no file.
  try {
    const file = files.lstat(path);
    if (file.isSocket) return file;
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
  throw inUse(path, "there is a file, and it is no socket");
}

function inUse(path: string, why: string): Error {
  return new AddrInUse(`Cannot listen on ${path}: ${why}`);
}

function granted(name: "read" | "write", path: string): boolean {
  return deno === undefined ||
    Deno.permissions.querySync({ name, path }).state === "granted";
}
