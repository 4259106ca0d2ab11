import { Interrupted } from "../../internal/runtime/errors.ts";
import type { Acceptor, SocketAddr } from "../acceptor.ts";
import {
  EAGAIN,
  ECONNABORTED,
  EINTR,
  EPOLLIN,
  MAX_ADDRESS_LEN,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import { WorkerEnd, type WorkerResource } from "../libc/worker_end.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Watched } from "../reactor/watched.ts";
import type { SocketFile } from "../unix/socket_file.ts";

/** A listening socket of the C library. */
export interface ListeningSocket {
  /** Its descriptor. */
  readonly fd: number;
  /** Closes it. */
  close(): void;
}

/**
 * Makes a transport of an accepted socket, which it closes if it throws.
 *
 * @param address The other side's, as the kernel gave it; of an internet socket.
 */
export type WrapSocket<T> = (libc: Libc, fd: number, address: Uint8Array) => T;

/** What accepts need besides the listening socket. */
export interface SocketAcceptorOptions<T, A> {
  /** The address that it listens on. */
  readonly addr: A;
  /** Its file; null if it has none. */
  readonly file: SocketFile | null;
  /** Loads what makes transports. */
  load(): Promise<WrapSocket<T>>;
}

/**
 * Accepts connections on a socket of the C library. It watches the socket from the
 * first `accept` on: what runs connections is loaded then, so that listening needs
 * little.
 */
export class SocketAcceptor<T, A extends SocketAddr>
  implements Acceptor<T, A>, Watched, WorkerResource {
  readonly addr: A;
  readonly fd: number;
  readonly #libc: Libc;
  readonly #socket: ListeningSocket;
  readonly #file: SocketFile | null;
  readonly #load: () => Promise<WrapSocket<T>>;
  readonly #address = new Uint8Array(MAX_ADDRESS_LEN);
  readonly #length = new Uint32Array(1);
  #loaded: { reactor: Reactor; wrap: WrapSocket<T> } | null = null;
  #isReferenced = true;
  #accepting: PromiseWithResolvers<T> | null = null;
  #closed: Promise<void> | null = null;

  /** Takes over a listening, nonblocking socket. */
  constructor(
    libc: Libc,
    socket: ListeningSocket,
    { addr, file, load }: SocketAcceptorOptions<T, A>,
  ) {
    this.fd = socket.fd;
    this.#socket = socket;
    this.addr = addr;
    this.#file = file;
    this.#load = load;
    this.#libc = libc.retain();
    WorkerEnd.current.addUser(this);
  }

  accept(): Promise<T> {
    this.#accepting = Promise.withResolvers();
    const { promise } = this.#accepting;
    if (this.#closed !== null) this.#fail(listenerClosed());
    else if (this.#loaded !== null) this.#want(this.#loaded.reactor);
    else this.#watch().catch((error) => this.#fail(error));
    return promise;
  }

  onReady(): number {
    const { reactor, wrap } = this.#loaded!;
    const accepting = this.#accepting;
    if (accepting === null) {
      reactor.drop(this.fd, EPOLLIN);
      return 0;
    }
    this.#length[0] = this.#address.length;
    const { accept4 } = this.#libc.symbols;
    const flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    const fd = accept4(this.fd, this.#address, this.#length, flags);
    if (fd >= 0) {
      try {
        const transport = wrap(this.#libc, fd, this.#address);
        this.#accepting = null;
        accepting.resolve(transport);
      } catch (error) {
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

  async #watch(): Promise<void> {
    const [{ Reactor }, wrap] = await Promise.all([
      import("../reactor/reactor.ts"),
      this.#load(),
    ]);
    if (this.#closed !== null) return;
    // Another call may have been faster.
    if (this.#loaded === null) {
      const reactor = Reactor.watch(this.#libc, this);
      this.#loaded = { reactor, wrap };
      WorkerEnd.current.delete(this);
      this.#setRef(this.#isReferenced);
    }
    this.#want(this.#loaded.reactor);
  }

  #want(reactor: Reactor): void {
    reactor.want(this.fd, EPOLLIN);
  }

  #setRef(referenced: boolean): void {
    this.#isReferenced = referenced;
    if (this.#closed === null) {
      this.#loaded?.reactor.setRef(this.fd, referenced);
    }
  }

  async #closeOnce(): Promise<void> {
    WorkerEnd.current.delete(this);
    const ended = this.#loaded?.reactor.unwatch(this.fd);
    this.#fail(listenerClosed());
    try {
      // While the socket is open, no other file can have its inode.
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
  return new Interrupted("The listener was closed");
}
