import { AddrInUse } from "../../internal/runtime/errors.ts";
import type { Acceptor } from "../acceptor.ts";
import type { FramedTransport } from "../framed/framed_transport.ts";
import { AF_UNIX } from "../libc/constants.ts";
import { Libc } from "../libc/libc.ts";
import { Socket, WHAT } from "../reactor_sockets/socket.ts";
import { SocketAcceptor } from "../reactor_sockets/socket_acceptor.ts";
import { checkMode, SocketFile } from "../unix/socket_file.ts";
import { listenOnPath } from "../unix/path_socket.ts";
import { requireSocketPath } from "../unix/socket_path.ts";
import { removeStaleSocketSync } from "../unix/stale_socket.ts";
import type { UnixStreamAddr } from "./unix_address.ts";
import type {
  UnixStreamInfo,
  UnixStreamListenOptions,
} from "./unix_stream_options.ts";

/**
 * Listens on a path with a socket of the C library, at once, and takes the place of
 * a socket file that is left over.
 *
 * @throws {Deno.errors.AddrInUse} If somebody listens there, or the file is no
 * socket; and the other errors of Deno.listen.
 * @throws {Deno.errors.NotCapable} Without the permissions.
 * @throws {Deno.errors.NotSupported} On other systems.
 * @throws {RangeError} If the mode is out of its range.
 */
export function listenReactorUnix(
  given: string,
  options: UnixStreamListenOptions,
): Acceptor<FramedTransport<UnixStreamInfo>, UnixStreamAddr> {
  checkMode(options.mode);
  using libc = Libc.require(WHAT);
  const path = requireSocketPath(given);
  const socket = listen(libc, path, options.mode);
  return new SocketAcceptor(libc, socket, {
    addr: { transport: "unix", path },
    file: SocketFile.at(path),
    load: async () => {
      const { toUnixTransport } = await import("./connect_reactor.ts");
      return (libc, fd) => toUnixTransport(new Socket(libc, fd), options);
    },
  });
}

function listen(libc: Libc, path: string, mode: number | undefined): Socket {
  try {
    return listenOnce(libc, path, mode);
  } catch (error) {
    if (!(error instanceof AddrInUse)) throw error;
    removeStaleSocketSync(path);
    return listenOnce(libc, path, mode);
  }
}

function listenOnce(
  libc: Libc,
  path: string,
  mode: number | undefined,
): Socket {
  const socket = Socket.open(libc, AF_UNIX);
  try {
    listenOnPath(libc, socket.fd, path, mode, { where: `unix:${path}` });
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}
