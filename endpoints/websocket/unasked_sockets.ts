import type { ErrorReporter } from "../../internal/errors.ts";
import { RpcError } from "../../protocol/error.ts";

/** So many connections may be open that have asked for nothing yet. */
export const MAX_UNASKED = 511;

/** A connection that can be ended. */
interface Closable {
  /** Ends it at once. */
  close(): void;
}

/**
 * The connections of a web server that have not asked for a WebSocket. Clients that never
 * ask could take all descriptors: so where there are too many, the oldest one gives way.
 */
export class UnaskedSockets<C extends Closable> {
  /** By their sockets, the oldest first. */
  readonly #connections = new Map<unknown, C>();
  readonly #reporter: ErrorReporter | null;
  readonly #limit: number;

  /**
   * There are none yet.
   *
   * @param reporter Is told of those that gave way; null tells nobody.
   */
  constructor(reporter: ErrorReporter | null, limit = MAX_UNASKED) {
    this.#reporter = reporter;
    this.#limit = limit;
  }

  /** A connection was made. */
  add(socket: unknown, connection: C): void {
    this.#connections.set(socket, connection);
    if (this.#connections.size <= this.#limit) return;
    const [oldest] = this.#connections.keys();
    this.take(oldest)!.close();
    this.#reporter?.report(
      new RpcError(
        "limit-exceeded",
        `A connection was closed that had not asked for a WebSocket: ${this.#limit} newer ones haven't either`,
        { limit: this.#limit, actual: this.#limit + 1 },
      ),
    );
  }

  /** It has asked, or has ended; undefined if it had before. */
  take(socket: unknown): C | undefined {
    const connection = this.#connections.get(socket);
    this.#connections.delete(socket);
    return connection;
  }

  /** Ends all. */
  closeAll(): void {
    for (const connection of this.#connections.values()) connection.close();
  }
}
