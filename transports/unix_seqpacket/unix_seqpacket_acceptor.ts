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
import { WorkerEnd, type WorkerResource } from "../libc/worker_end.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Watched } from "../reactor/watched.ts";
import { SocketFile } from "../unix/socket_file.ts";

/** The address of a listener on a seqpacket socket. */
interface PathAddr extends SocketAddr {
  readonly path: string;
}

/**
 * Accepts Unix seqpacket connections; `wrap` makes transports of them. It watches the
 * socket from the first `accept` on, whose code is loaded then.
 */
export class UnixSeqpacketAcceptor<T, A extends PathAddr>
  implements Acceptor<T, A>, Watched, WorkerResource {
  readonly addr: A;
  readonly fd: number;
  readonly #libc: Libc;
  readonly #socket: FileDescriptor;
  readonly #wrap: (socket: FileDescriptor) => T;
  readonly #load: () => Promise<unknown>;
  #reactor: Reactor | null = null;
  #isReferenced = true;
  readonly #file: SocketFile | null;
  #accepting: PromiseWithResolvers<T> | null = null;
  #closed: Promise<void> | null = null;

  /**
   * Takes over a listening, nonblocking socket.
   *
   * @param load Loads what `wrap` makes.
   */
  constructor(
    libc: Libc,
    socket: FileDescriptor,
    addr: A,
    wrap: (socket: FileDescriptor) => T,
    load: () => Promise<unknown>,
  ) {
    this.fd = socket.fd;
    this.#socket = socket;
    this.#wrap = wrap;
    this.#load = load;
    this.addr = addr;
    this.#file = SocketFile.at(addr.path);
    this.#libc = libc.retain();
    WorkerEnd.current.addUser(this);
  }

  accept(): Promise<T> {
    this.#accepting = Promise.withResolvers();
    const { promise } = this.#accepting;
    if (this.#closed !== null) this.#fail(listenerClosed());
    else if (this.#reactor !== null) this.#reactor.want(this.fd, EPOLLIN);
    else this.#watch().catch((error) => this.#fail(error));
    return promise;
  }

  onReady(): number {
    const accepting = this.#accepting;
    if (accepting === null) {
      this.#reactor?.drop(this.fd, EPOLLIN);
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
    this.#setRef(true);
  }

  unref(): void {
    this.#setRef(false);
  }

  async #closeOnce(): Promise<void> {
    WorkerEnd.current.delete(this);
    const ended = this.#reactor?.unwatch(this.fd);
    this.#fail(listenerClosed());
    try {
      this.#file?.remove();
    } finally {
      this.#socket.close();
      await ended;
      this.#libc[Symbol.dispose]();
    }
  }

  async #watch(): Promise<void> {
    const [{ Reactor }] = await Promise.all([
      import("../reactor/reactor.ts"),
      this.#load(),
    ]);
    if (this.#closed !== null) return;
    // Another call may have been faster.
    if (this.#reactor === null) {
      this.#reactor = Reactor.watch(this.#libc, this);
      WorkerEnd.current.delete(this);
      this.#setRef(this.#isReferenced);
    }
    this.#reactor.want(this.fd, EPOLLIN);
  }

  #setRef(referenced: boolean): void {
    this.#isReferenced = referenced;
    if (this.#closed === null) this.#reactor?.setRef(this.fd, referenced);
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
