import type { DrainOptions } from "./drain_options.ts";
import type { RpcError } from "../../protocol/error.ts";

/** What can be closed. */
interface Closable {
  readonly closed: Promise<RpcError | null>;
  close(): Promise<void>;
  drain(grace?: number): Promise<void>;
}

/**
 * Ends a connection, and does nothing else. It keeps nothing alive: the
 * connection ends with its other handles.
 *
 * @example Closing from elsewhere
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * await using peer = Peer.spawn(a);
 * await using _other = Peer.spawn(b);
 * const closer = peer.closeHandle(); // for a signal handler, say
 * await closer.close();
 * assertEquals(await peer.closed, null);
 * ```
 */
export class PeerCloseHandle {
  readonly #connection: Closable;

  /** @internal Made by another handle. */
  constructor(connection: Closable) {
    this.#connection = connection;
  }

  /** Resolves when the connection has ended: to the error that ended it, or null. Never rejects. */
  get closed(): Promise<RpcError | null> {
    return this.#connection.closed;
  }

  /**
   * Takes no new requests, lets the open ones finish, and closes the connection. See
   * {@linkcode PeerHandle.drain}.
   */
  drain(options?: DrainOptions): Promise<void> {
    return this.#connection.drain(options?.grace);
  }

  /** Closes the connection. See {@linkcode PeerHandle.close}. */
  close(): Promise<void> {
    return this.#connection.close();
  }
}
