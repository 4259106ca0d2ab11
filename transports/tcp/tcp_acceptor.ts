import type { StreamConfig } from "../../protocol/config.ts";
import type { Acceptor } from "../acceptor.ts";
import { TcpTransport } from "./tcp_transport.ts";

/** Accepts TCP connections. */
export class TcpAcceptor implements Acceptor<TcpTransport, Deno.NetAddr> {
  readonly #listener: Deno.TcpListener;
  readonly #config: StreamConfig | undefined;
  #closed = false;

  /** Takes over a listening socket; the configuration is that of its connections. */
  constructor(listener: Deno.TcpListener, config?: StreamConfig) {
    this.#listener = listener;
    this.#config = config;
  }

  get addr(): Deno.NetAddr {
    return this.#listener.addr;
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
