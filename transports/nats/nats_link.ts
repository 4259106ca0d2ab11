import type { NatsConnection } from "./nats_connection.ts";
import { natsClosed } from "./nats_error.ts";

/**
 * A connection to NATS that several use: sessions and listeners. It tells them when the
 * connection is lost, since the NATS client would queue without limit what they send
 * then, and send it to nobody later.
 */
export class NatsLink {
  /** The connection. */
  readonly connection: NatsConnection;
  readonly #owned: boolean;
  readonly #lost = new Set<() => void>();
  readonly #closed = new Set<(error: Error) => void>();
  #users = 0;
  #connected = true;
  #closing: Promise<void> | null = null;

  private constructor(connection: NatsConnection, owned: boolean) {
    this.connection = connection;
    this.#owned = owned;
    void this.#watch();
    void this.#watchEnd();
  }

  /** Of each connection that is lent there is one, since each follows its status. */
  static readonly #ofLent = new WeakMap<NatsConnection, NatsLink>();

  /** For a connection of this library's own, which is closed behind its last user. */
  static own(connection: NatsConnection): NatsLink {
    return new NatsLink(connection, true);
  }

  /** For a connection that belongs to somebody else. */
  static lent(connection: NatsConnection): NatsLink {
    let link = NatsLink.#ofLent.get(connection);
    if (link === undefined) {
      link = new NatsLink(connection, false);
      NatsLink.#ofLent.set(connection, link);
    }
    return link;
  }

  /** Whether there is a server. */
  get connected(): boolean {
    return this.#connected && !this.connection.isClosed();
  }

  /** The server, as host and port. */
  get server(): string {
    return this.connection.getServer();
  }

  /** The longest message that the server takes. */
  get maxPayload(): number {
    return this.connection.info?.max_payload ?? 1024 * 1024;
  }

  /** One more uses it. */
  use(): void {
    this.#users++;
  }

  /**
   * One uses it no longer. Behind the last one a connection of this library's own is
   * closed, and this resolves then; else when the server has what was sent.
   */
  async release(): Promise<void> {
    this.#users--;
    await this.flush();
    if (this.#users > 0 || !this.#owned) return;
    await (this.#closing ??= this.connection.close());
  }

  /**
   * Calls back when the connection is lost, or closed.
   *
   * @returns A function that ends that.
   */
  onLost(callback: () => void): () => void {
    this.#lost.add(callback);
    return () => void this.#lost.delete(callback);
  }

  /**
   * Calls back when the connection is closed, so that it won't find a server again.
   *
   * @returns A function that ends that.
   */
  onClosed(callback: (error: Error) => void): () => void {
    this.#closed.add(callback);
    return () => void this.#closed.delete(callback);
  }

  /** Waits until the server has what was sent, or the connection is lost. */
  async flush(): Promise<void> {
    if (!this.connected) return;
    const done = Promise.withResolvers<void>();
    // The flush of a connection that is lost may stay pending.
    const forget = this.onLost(done.resolve);
    this.connection.flush().then(done.resolve, () => done.resolve());
    await done.promise;
    forget();
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === "reconnect") this.#connected = true;
      if (type !== "disconnect" && type !== "close") continue;
      this.#connected = false;
      for (const callback of [...this.#lost]) callback();
    }
  }

  async #watchEnd(): Promise<void> {
    const cause = await this.connection.closed();
    const error = natsClosed(this.server, cause ?? undefined);
    for (const callback of [...this.#closed]) callback(error);
  }
}
