import { Interrupted } from "../../internal/runtime/errors.ts";
import type { Acceptor, SocketAddr } from "../acceptor.ts";
import { EAGAIN, ECONNABORTED, EINTR, EPOLLIN } from "../libc/constants.ts";
import { osError } from "../libc/os_error.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Watched } from "../reactor/watched.ts";
import type { SocketFile } from "../unix/socket_file.ts";
import { MAX_ADDRESS_LEN } from "./internet_address.ts";
import { Socket, SOCKET_FLAGS } from "./socket.ts";

/**
 * Makes a transport of an accepted socket, which it closes if it throws.
 *
 * @param address The other side's, as the kernel gave it; of an internet socket.
 */
export type WrapSocket<T> = (socket: Socket, address: Uint8Array) => T;

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
 * Accepts connections on a socket of the C library. What runs connections is loaded
 * by the first accept, so that listening needs little.
 */
export class SocketAcceptor<T, A extends SocketAddr>
  implements Acceptor<T, A>, Watched {
  readonly addr: A;
  readonly fd: number;
  readonly #socket: Socket;
  readonly #file: SocketFile | null;
  readonly #load: () => Promise<WrapSocket<T>>;
  readonly #address = new Uint8Array(MAX_ADDRESS_LEN);
  readonly #length = new Uint32Array(1);
  #loaded: { reactor: Reactor; wrap: WrapSocket<T> } | null = null;
  #referenced = true;
  #accepting: PromiseWithResolvers<T> | null = null;
  #closed: Promise<void> | null = null;

  /** Takes over a listening, nonblocking socket. */
  constructor(
    socket: Socket,
    { addr, file, load }: SocketAcceptorOptions<T, A>,
  ) {
    this.fd = socket.fd;
    this.#socket = socket;
    this.addr = addr;
    this.#file = file;
    this.#load = load;
  }

  async accept(): Promise<T> {
    if (this.#loaded === null) await this.#begin();
    const { promise } = this.#accepting = Promise.withResolvers<T>();
    if (this.#closed !== null) this.#fail(listenerClosed());
    else this.#loaded?.reactor.want(this.fd, EPOLLIN);
    return await promise;
  }

  onReady(): number {
    const { reactor, wrap } = this.#loaded!;
    const accepting = this.#accepting;
    if (accepting === null) {
      reactor.drop(this.fd, EPOLLIN);
      return 0;
    }
    const { libc } = this.#socket;
    this.#length[0] = this.#address.length;
    const { accept4 } = libc.symbols;
    const fd = accept4(this.fd, this.#address, this.#length, SOCKET_FLAGS);
    if (fd < 0) {
      const errno = libc.errno();
      if (errno === EAGAIN || errno === EINTR || errno === ECONNABORTED) {
        return 0;
      }
      this.#fail(osError(libc, "Cannot accept a connection", errno));
      return 1;
    }
    this.#accepting = null;
    try {
      accepting.resolve(wrap(new Socket(libc, fd), this.#address));
    } catch (error) {
      accepting.reject(error);
    }
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

  async #begin(): Promise<void> {
    const [{ Reactor }, wrap] = await Promise.all([
      import("../reactor/reactor.ts"),
      this.#load(),
    ]);
    // It may have been closed meanwhile.
    if (this.#closed !== null) return;
    const reactor = Reactor.watch(this.#socket.libc, this);
    this.#loaded = { reactor, wrap };
    if (!this.#referenced) reactor.setRef(this.fd, false);
  }

  #setRef(referenced: boolean): void {
    this.#referenced = referenced;
    if (this.#closed === null) {
      this.#loaded?.reactor.setRef(this.fd, referenced);
    }
  }

  async #closeOnce(): Promise<void> {
    const ended = this.#loaded?.reactor.unwatch(this.fd);
    this.#fail(listenerClosed());
    try {
      // While the socket is open, no other file can have its inode.
      this.#file?.remove();
    } finally {
      this.#socket.close();
      await ended;
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
