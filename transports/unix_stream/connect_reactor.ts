import type { StreamConfig } from "../../protocol/config.ts";
import type { FramedTransport } from "../framed/framed_transport.ts";
import { AF_UNIX } from "../libc/constants.ts";
import { Libc } from "../libc/libc.ts";
import { Socket, WHAT } from "../reactor_sockets/socket.ts";
import { SocketIo } from "../reactor_sockets/socket_io.ts";
import { SocketTransport } from "../reactor_sockets/socket_transport.ts";
import { connectToPath, peerCredentials } from "../unix/path_socket.ts";
import { requireSocketPath } from "../unix/socket_path.ts";
import type { UnixStreamInfo } from "./unix_stream_options.ts";

/**
 * Connects to a path with a socket of the C library.
 *
 * @throws {Deno.errors.NotFound} If there is no such file, and the other errors of
 * Deno.connect.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.NotSupported} On other systems.
 * @throws The reason of the signal, if it has fired.
 */
export function connectReactorUnix(
  given: string,
  config: StreamConfig,
  signal: AbortSignal | undefined,
): FramedTransport<UnixStreamInfo> {
  signal?.throwIfAborted();
  using libc = Libc.require(WHAT);
  const path = requireSocketPath(given);
  const socket = Socket.open(libc, AF_UNIX);
  try {
    connectToPath(libc, socket.fd, path, {
      where: `unix:${path}`,
      otherType:
        `: it is no stream socket. Write "unix+seqpacket:${path}" if it is a seqpacket socket`,
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  return toUnixTransport(socket, config);
}

/** Makes a transport of a connected socket, which it closes if it throws. */
export function toUnixTransport(
  socket: Socket,
  config: StreamConfig | undefined,
): FramedTransport<UnixStreamInfo> {
  try {
    const credentials = peerCredentials(socket.libc, socket.fd);
    const io = new SocketIo(socket, true);
    return new SocketTransport("unix", io, { credentials }, config);
  } catch (error) {
    socket.close();
    throw error;
  }
}
