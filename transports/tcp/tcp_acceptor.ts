import type { TcpConn, TcpListener } from "../sockets/conn.ts";
import type { Acceptor } from "../acceptor.ts";
import type { TcpAddr } from "./tcp_address.ts";

/** Accepts TCP connections; `wrap` makes transports of them. */
export class TcpAcceptor<T> implements Acceptor<T, TcpAddr> {
  readonly #listener: TcpListener;
  readonly #wrap: (conn: TcpConn) => T;
  #closed = false;

  /** Takes over a listening socket. */
  constructor(listener: TcpListener, wrap: (conn: TcpConn) => T) {
    this.#listener = listener;
    this.#wrap = wrap;
  }

  get addr(): TcpAddr {
    return { ...this.#listener.addr, transport: "tcp" };
  }

  async accept(): Promise<T> {
    return this.#wrap(await this.#listener.accept());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
  }

  ref(): void {
    this.#listener.ref();
  }

  unref(): void {
    this.#listener.unref();
  }
}
