import { withAddress } from "../address_error.ts";
import { checkUnixPath } from "../unix/check_path.ts";
import { connectSocket } from "../connect_socket.ts";
import type { UnixConn } from "../sockets/conn.ts";
import { openUnix } from "../sockets/open_unix.ts";

/** The text of Linux' error for a socket of another type (EPROTOTYPE). */
const OTHER_TYPE = "(os error 91)";

/**
 * Connects to a path.
 *
 * @throws {TypeError} If no socket can have the path.
 * @throws {Error} What Deno.connect throws, with the path in its text.
 * @throws The reason of the signal, when it fires.
 */
export function connectUnix(
  path: string,
  signal: AbortSignal | undefined,
): Promise<UnixConn> {
  return connectSocket(() => open(path), signal);
}

async function open(path: string): Promise<UnixConn> {
  checkUnixPath(path);
  try {
    return await openUnix(path);
  } catch (error) {
    const otherType = String(error).includes(OTHER_TYPE);
    throw withAddress(
      error,
      `Cannot connect to unix:${path}`,
      otherType
        ? `: it is no stream socket. Write "unix+seqpacket:${path}" if it is a seqpacket socket`
        : "",
    );
  }
}
