import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import {
  AF_UNIX,
  EPROTOTYPE,
  F_GETFL,
  F_SETFL,
  O_NONBLOCK,
  SO_DOMAIN,
  SO_PEERCRED,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOL_SOCKET,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";
import { encodeSockaddrUn } from "../libc/sockaddr_un.ts";
import type { Credentials } from "../unix/credentials.ts";

const TYPE = SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC;

/** The system reduces it to net.core.somaxconn, 4096 by default. */
const BACKLOG = 0x7fff_ffff;

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
  const address = encodeSockaddrUn(path);
  const socket = openSocket(libc);
  const { connect } = libc.symbols;
  if (connect(socket.fd, address, address.length) === 0) return socket;
  const errno = libc.errno();
  const hint = errno === EPROTOTYPE
    ? `: it is no seqpacket socket. Write "unix:${path}" if it is a stream socket`
    : "";
  const error = osError(libc, `Cannot connect to ${path}`, errno, hint);
  socket.close();
  throw error;
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
  const address = encodeSockaddrUn(path);
  const socket = openSocket(libc);
  const { fchmod, bind, listen } = libc.symbols;
  // Linux gives the file the mode of the socket, less the umask.
  const failed = mode !== undefined && fchmod(socket.fd, mode) !== 0 ||
    bind(socket.fd, address, address.length) !== 0;
  if (failed) {
    const error = osError(libc, `Cannot listen on ${path}`);
    socket.close();
    throw error;
  }
  try {
    // The umask may have removed some of the permissions that were asked for.
    if (mode !== undefined && !path.startsWith("\0")) {
      Deno.chmodSync(path, mode);
    }
    if (listen(socket.fd, BACKLOG) === 0) return socket;
    throw osError(libc, `Cannot listen on ${path}`);
  } catch (error) {
    socket.close();
    removeSocketFile(path);
    throw error;
  }
}

/** Removes the file of a socket that was just bound; an abstract name has none. */
export function removeSocketFile(path: string): void {
  if (!path.startsWith("\0")) Deno.removeSync(path);
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

/** The process at the other end of a connected socket. */
export function peerCredentials(libc: Libc, fd: number): Credentials | null {
  const value = new Uint32Array(3);
  const length = new Uint32Array([12]);
  const { getsockopt } = libc.symbols;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value, length) !== 0) return null;
  const [pid = 0, uid = 0, gid = 0] = value;
  return { uid, gid, pid };
}
