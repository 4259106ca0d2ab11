import type { Acceptor } from "../acceptor.ts";
import type { Credentials } from "../unix/credentials.ts";
import { CredentialsFinder } from "../unix/credentials_finder.ts";
import type { UnixStreamAddr } from "./unix_address.ts";

/** Makes a transport of an accepted connection and of who is at its other end. */
export type WrapUnixConn<T> = (
  conn: Deno.UnixConn,
  credentials: Credentials | null,
) => T;

/** Accepts Unix stream connections, of which `wrap` makes transports. */
export class UnixStreamAcceptor<T> implements Acceptor<T, UnixStreamAddr> {
  readonly #listener: Deno.UnixListener;
  readonly #wrap: WrapUnixConn<T>;
  readonly #finder = new CredentialsFinder();
  #closed = false;

  /** Takes over a listening socket. */
  constructor(listener: Deno.UnixListener, wrap: WrapUnixConn<T>) {
    this.#listener = listener;
    this.#wrap = wrap;
  }

  get addr(): UnixStreamAddr {
    const { path } = this.#listener.addr as Deno.UnixAddr;
    return { transport: "unix", path };
  }

  async accept(): Promise<T> {
    const { conn, credentials } = await this.#finder.identify(() =>
      this.#listener.accept()
    );
    return this.#wrap(conn, credentials);
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
