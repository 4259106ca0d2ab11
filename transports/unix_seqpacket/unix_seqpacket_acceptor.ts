import type { Acceptor, SocketAddr } from "../acceptor.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import {
  EAGAIN,
  ECONNABORTED,
  EINTR,
  EPOLLIN,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";
import { Reactor } from "../reactor/reactor.ts";
import type { Watched } from "../reactor/watched.ts";
import { SocketFile } from "../unix/socket_file.ts";

/** The address of a listener on a seqpacket socket. */
interface PathAddr extends SocketAddr {
  readonly path: string;
}

/** Accepts Unix seqpacket connections; `wrap` makes transports of them. */
export class UnixSeqpacketAcceptor<T, A extends PathAddr>
  implements Acceptor<T, A>, Watched {
  readonly addr: A;
  readonly fd: number;
  readonly #libc: Libc;
  readonly #socket: FileDescriptor;
  readonly #wrap: (socket: FileDescriptor) => T;
  readonly #reactor: Reactor;
  readonly #file: SocketFile | null;
  #accepting: PromiseWithResolvers<T> | null = null;
  #closed: Promise<void> | null = null;

  /** Takes over a listening, nonblocking socket. */
  constructor(
    libc: Libc,
    socket: FileDescriptor,
    addr: A,
    wrap: (socket: FileDescriptor) => T,
  ) {
    this.fd = socket.fd;
    this.#socket = socket;
    this.#wrap = wrap;
    this.addr = addr;
    this.#file = SocketFile.at(addr.path);
    this.#reactor = Reactor.watch(libc, this);
    this.#libc = libc.retain();
  }

  accept(): Promise<T> {
    this.#accepting = Promise.withResolvers();
    const { promise } = this.#accepting;
    if (this.#closed !== null) this.#fail(listenerClosed());
    else this.#reactor.want(this.fd, EPOLLIN);
    return promise;
  }

  onReady(): number {
    const accepting = this.#accepting;
    if (accepting === null) {
      this.#reactor.drop(this.fd, EPOLLIN);
      return 0;
    }
    const flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    const fd = this.#libc.symbols.accept4(this.fd, null, null, flags);
    if (fd >= 0) {
      const socket = new FileDescriptor(fd, this.#libc);
      try {
        const transport = this.#wrap(socket);
        this.#accepting = null;
        accepting.resolve(transport);
      } catch (error) {
        socket.close();
        this.#fail(error);
      }
      return 1;
    }
    const errno = this.#libc.errno();
    if (errno === EAGAIN || errno === EINTR || errno === ECONNABORTED) {
      return 0;
    }
    this.#fail(osError(this.#libc, "Cannot accept a connection", errno));
    return 1;
  }

  onFailed(error: unknown): void {
    this.#fail(error);
  }

  close(): Promise<void> {
    return this.#closed ??= this.#closeOnce();
  }

  ref(): void {
    if (this.#closed === null) this.#reactor.setRef(this.fd, true);
  }

  unref(): void {
    if (this.#closed === null) this.#reactor.setRef(this.fd, false);
  }

  async #closeOnce(): Promise<void> {
    const ended = this.#reactor.unwatch(this.fd);
    this.#fail(listenerClosed());
    try {
      this.#file?.remove();
    } finally {
      this.#socket.close();
      await ended;
      this.#libc[Symbol.dispose]();
    }
  }

  #fail(error: unknown): void {
    this.#accepting?.reject(error);
    this.#accepting = null;
  }
}

/** The error of an accept whose listener is closed, as with Deno's own. */
function listenerClosed(): Error {
  return new Deno.errors.Interrupted("The listener was closed");
}
