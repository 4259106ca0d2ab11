import type { StreamConfig } from "../../protocol/config.ts";
import type { Acceptor } from "../acceptor.ts";
import type { TcpAddr } from "./tcp_address.ts";
import { TcpTransport } from "./tcp_transport.ts";

/** Accepts TCP connections. */
export class TcpAcceptor implements Acceptor<TcpTransport, TcpAddr> {
  readonly #listener: Deno.TcpListener;
  readonly #config: StreamConfig | undefined;
  #closed = false;

  /** Takes over a listening socket; the configuration is that of its connections. */
  constructor(listener: Deno.TcpListener, config?: StreamConfig) {
    this.#listener = listener;
    this.#config = config;
  }

  get addr(): TcpAddr {
    return { ...this.#listener.addr, transport: "tcp" };
  }

  async accept(): Promise<TcpTransport> {
    return new TcpTransport(await this.#listener.accept(), this.#config);
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
