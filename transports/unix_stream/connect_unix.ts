import {
  connectSocket,
  openUnix,
  withAddress,
} from "../sockets/open_socket.ts";
import { lazyCredentials } from "../unix/lazy_credentials.ts";
import { checkUnixPath } from "../unix/socket_path.ts";
import type { UnixConn } from "../sockets/conn.ts";
import type { UnixStreamInfo } from "./unix_stream_options.ts";

/** A connection, and what is known of its other end. */
interface Connected {
  readonly conn: UnixConn;
  readonly info: UnixStreamInfo;
}

/** The text of Linux' error for a socket of another type (EPROTOTYPE). */
const OTHER_TYPE = "(os error 91)";

/**
 * Connects to a path. The info gives the credentials when they are asked for.
 *
 * @throws {TypeError} If no socket can have the path.
 * @throws {Error} What Deno.connect throws, with the path in its text.
 * @throws The reason of the signal, when it fires.
 */
export async function connectUnix(
  path: string,
  signal: AbortSignal | undefined,
): Promise<Connected> {
  const conn = await connectSocket(() => open(path), signal);
  return { conn, info: lazyCredentials(conn) };
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
