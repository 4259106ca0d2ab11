import type { UnixConn } from "../sockets/conn.ts";
import type { Acceptor } from "../acceptor.ts";
import type { Credentials } from "../unix/credentials.ts";
import type { CredentialsFinder } from "../unix/credentials_finder.ts";
import { SocketFile } from "../unix/socket_file.ts";
import type { BoundSocket } from "./bound_socket.ts";
import type { UnixStreamAddr } from "./unix_address.ts";

/** Makes a transport of an accepted connection and its credentials. */
export type WrapUnixConn<T> = (
  conn: UnixConn,
  credentials: Credentials | null,
) => T;

/**
 * Accepts Unix stream connections; `wrap` makes transports of them. What finds their
 * credentials is loaded with the first `accept`.
 */
export class UnixStreamAcceptor<T> implements Acceptor<T, UnixStreamAddr> {
  readonly #socket: BoundSocket;
  readonly #wrap: WrapUnixConn<T>;
  #finder: CredentialsFinder | null = null;
  #accepting: Promise<unknown> | null = null;
  #closed: Promise<void> | null = null;

  /** Takes over a listening socket. */
  constructor(socket: BoundSocket, wrap: WrapUnixConn<T>) {
    this.#socket = socket;
    this.#wrap = wrap;
  }

  get addr(): UnixStreamAddr {
    return { transport: "unix", path: this.#socket.path };
  }

  async accept(): Promise<T> {
    const finder = this.#finder ?? await this.#loadFinder();
    const accepted = finder.identify(() => this.#socket.listener.accept());
    this.#accepting = accepted;
    const { conn, credentials } = await accepted;
    return this.#wrap(conn, credentials);
  }

  close(): Promise<void> {
    return this.#closed ??= this.#closeOnce();
  }

  ref(): void {
    this.#socket.listener.ref();
  }

  unref(): void {
    this.#socket.listener.unref();
  }

  async #loadFinder(): Promise<CredentialsFinder> {
    const { CredentialsFinder } = await import("../unix/credentials_finder.ts");
    // Another call may have been faster.
    const finder = this.#finder ??= new CredentialsFinder();
    if (this.#closed !== null) finder[Symbol.dispose]();
    return finder;
  }

  async #closeOnce(): Promise<void> {
    const { listener, file, removedByRuntime } = this.#socket;
    this.#finder?.[Symbol.dispose]();
    if (removedByRuntime) return await this.#closeBesideOthers();
    try {
      file?.remove();
    } finally {
      listener.close();
    }
  }

  /**
   * Closes the listener without losing a file of somebody else at its path. Deno
   * removes whatever is at the path: at once, or when a pending accept has ended.
   * So the other file gets a second name, and then its own name back; in between
   * nobody can connect by it. A file that appears at the path after this check and
   * before Deno removes it is lost.
   */
  async #closeBesideOthers(): Promise<void> {
    const { listener, file } = this.#socket;
    let giveBack: (() => void) | null = null;
    try {
      giveBack = this.#keepOther();
    } finally {
      listener.close();
    }
    // The pending accept ends when Deno has removed the file.
    await this.#accepting?.catch(() => {});
    giveBack?.();
    // If the working directory has changed, Deno hasn't found the file.
    file?.remove();
  }

  /** Keeps a file of somebody else at the path, if there is one. */
  #keepOther(): (() => void) | null {
    const { listener, file, path } = this.#socket;
    const there = SocketFile.at(listener.addr.path);
    if (there === null || there.same(file)) return null;
    try {
      return there.keep();
    } catch (cause) {
      throw new Error(
        `Closing the listener on ${path} has removed a file that isn't its own: Deno does so, and keeping it takes --allow-read and --allow-write for the directory`,
        { cause },
      );
    }
  }
}
