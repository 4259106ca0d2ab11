import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import {
  AF_UNIX,
  F_GETFL,
  F_SETFL,
  O_NONBLOCK,
  SO_DOMAIN,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import { connectToPath, listenOnPath } from "../unix/path_socket.ts";
import type { Acceptor, SocketAddr } from "../acceptor.ts";
import { SocketAcceptor } from "../reactor_sockets/socket_acceptor.ts";
import { SocketFile } from "../unix/socket_file.ts";

const TYPE = SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC;

function openSocket(libc: Libc): FileDescriptor {
  const fd = libc.symbols.socket(AF_UNIX, TYPE, 0);
  if (fd < 0) throw osError(libc, "Cannot make a Unix seqpacket socket");
  return new FileDescriptor(fd, libc);
}

/**
 * Connects to a path. Synchronous, as a Unix socket connects at once or fails.
 *
 * @throws {Error} What Deno.connect would throw.
 */
export function connectSeqpacket(libc: Libc, path: string): FileDescriptor {
  return adopt(openSocket(libc), (socket) => {
    connectToPath(libc, socket.fd, path, {
      where: path,
      otherType:
        `: it is no seqpacket socket. Write "unix:${path}" if it is a stream socket`,
    });
    return socket;
  });
}

/**
 * Binds a path and listens on it. The permissions of its file are never wider than
 * `mode`.
 *
 * @throws {Error} What Deno.listen would throw.
 */
export function listenSeqpacket(
  libc: Libc,
  path: string,
  mode: number | undefined,
): FileDescriptor {
  return adopt(openSocket(libc), (socket) => {
    listenOnPath(libc, socket.fd, path, mode, { where: path });
    return socket;
  });
}

/**
 * Two connected sockets.
 *
 * @throws {Error} If the process has no descriptor left.
 */
export function seqpacketPair(libc: Libc): [FileDescriptor, FileDescriptor] {
  const fds = new Int32Array(2);
  if (libc.symbols.socketpair(AF_UNIX, TYPE, 0, fds) !== 0) {
    throw osError(libc, "Cannot make a pair of sockets");
  }
  return [new FileDescriptor(fds[0]!, libc), new FileDescriptor(fds[1]!, libc)];
}

/**
 * Makes a socket from elsewhere nonblocking.
 *
 * @throws {TypeError} If it is no Unix seqpacket socket.
 */
export function prepareSocket(libc: Libc, fd: number): void {
  const isSeqpacket = option(libc, fd, SO_DOMAIN) === AF_UNIX &&
    option(libc, fd, SO_TYPE) === SOCK_SEQPACKET;
  if (!isSeqpacket) {
    throw new TypeError("The descriptor is no Unix seqpacket socket");
  }
  const { fcntl } = libc.symbols;
  const flags = fcntl(fd, F_GETFL, 0);
  if (flags & O_NONBLOCK) return;
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
    throw osError(libc, "Cannot make the socket nonblocking");
  }
}

function option(libc: Libc, fd: number, name: number): number | null {
  const value = new Int32Array(1);
  const length = new Uint32Array([4]);
  const { getsockopt } = libc.symbols;
  const failed = getsockopt(fd, SOL_SOCKET, name, value, length) !== 0;
  return failed ? null : value[0]!;
}

/** Makes an object of a socket. If that fails, closes the socket. */
export function adopt<T>(
  socket: FileDescriptor,
  make: (socket: FileDescriptor) => T,
): T {
  try {
    return make(socket);
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Makes two ends of two linked sockets. If that fails, closes both. */
export function adoptPair<T extends { close(): unknown }>(
  [a, b]: readonly [FileDescriptor, FileDescriptor],
  makeLeft: (socket: FileDescriptor) => T,
  makeRight: (socket: FileDescriptor) => T,
): [T, T] {
  try {
    const left = adopt(a, makeLeft);
    try {
      return [left, adopt(b, makeRight)];
    } catch (error) {
      left.close();
      throw error;
    }
  } catch (error) {
    b.close();
    throw error;
  }
}

/**
 * Accepts connections on a seqpacket socket, which it takes over.
 *
 * @param wrap Makes transports of what is accepted.
 * @param load Loads what that needs.
 */
export function seqpacketAcceptor<
  T,
  A extends SocketAddr & { readonly path: string },
>(
  libc: Libc,
  socket: FileDescriptor,
  addr: A,
  wrap: (socket: FileDescriptor) => T,
  load: () => Promise<unknown>,
): Acceptor<T, A> {
  return new SocketAcceptor(libc, socket, {
    addr,
    file: SocketFile.at(addr.path),
    load: async () => {
      await load();
      return (libc, fd) => {
        const accepted = new FileDescriptor(fd, libc);
        try {
          return wrap(accepted);
        } catch (error) {
          accepted.close();
          throw error;
        }
      };
    },
  });
}
