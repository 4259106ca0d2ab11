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
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";
import { connectToPath, listenOnPath } from "../unix/path_socket.ts";
import { adopt } from "./adopt.ts";

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
