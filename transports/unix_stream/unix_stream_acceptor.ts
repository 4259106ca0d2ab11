import type { StreamConfig } from "../../protocol/config.ts";
import type { Acceptor } from "../acceptor.ts";
import type { UnixStreamAddr } from "./unix_address.ts";
import { CredentialsFinder } from "../unix/credentials_finder.ts";
import { UnixStreamTransport } from "./unix_stream_transport.ts";

/** Accepts Unix stream connections. */
export class UnixStreamAcceptor
  implements Acceptor<UnixStreamTransport, UnixStreamAddr> {
  readonly #listener: Deno.UnixListener;
  readonly #config: StreamConfig | undefined;
  readonly #finder = new CredentialsFinder();
  #closed = false;

  /** Takes over a listening socket; the configuration is that of its connections. */
  constructor(listener: Deno.UnixListener, config?: StreamConfig) {
    this.#listener = listener;
    this.#config = config;
  }

  get addr(): UnixStreamAddr {
    const { path } = this.#listener.addr as Deno.UnixAddr;
    return { transport: "unix", path };
  }

  async accept(): Promise<UnixStreamTransport> {
    const { conn, credentials } = await this.#finder.identify(() =>
      this.#listener.accept()
    );
    return new UnixStreamTransport(conn, this.#config, { credentials });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#finder[Symbol.dispose]();
    this.#listener.close();
  }

  ref(): void {
    this.#listener.ref();
  }

  unref(): void {
    this.#listener.unref();
  }
}
