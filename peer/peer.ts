import type { Body, StreamBody } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import type { Connector } from "../transports/acceptor.ts";
import type { Transport } from "../transports/transport.ts";
import {
  authorized,
  type AuthorizeOptions,
  resolveAuthorizeTimeout,
} from "./authorize.ts";
import { Connection } from "./connection.ts";
import type { SignalOptions } from "./handles/signal_options.ts";
import { type PeerOptions, resolvePeerOptions } from "./options.ts";
import { PeerHandle } from "./handles/peer_handle.ts";

/** The options of `Peer.connect`, besides those of the transport. */
export interface PeerConnectOptions<I>
  extends PeerOptions, SignalOptions, AuthorizeOptions<I> {}

/**
 * What runs a connection. Use `connect`, `listen` or `Peer.spawn`, unless you
 * want to say when it begins to run.
 *
 * @example Over a transport of your own
 * ```ts
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * const peer = new Peer(a);
 * const running = peer.run();
 * await using other = Peer.spawn(b);
 * await peer.handle.sendStream(1, "Hello");
 * console.log((await other.recvMessage())?.kind); // "stream"
 * await peer.handle.close();
 * await running;
 * ```
 */
export class Peer<B extends Body = StreamBody, I = unknown> {
  readonly #connection: Connection<B, I>;
  /** What sends and receives. */
  readonly handle: PeerHandle<B, I>;

  /**
   * Takes over a transport. Until `run()` is called nothing is read or written;
   * sends are queued.
   *
   * @throws {RangeError} If an option is out of its range.
   * @throws {TypeError} If the transport is in use.
   */
  constructor(transport: Transport<B, I>, options?: PeerOptions) {
    this.#connection = new Connection(transport, options);
    this.handle = new PeerHandle(this.#connection);
  }

  /**
   * Begins to read and to write. Resolves when the connection has ended: to the
   * error that ended it, or null. Never rejects.
   */
  run(): Promise<RpcError | null> {
    this.#connection.start();
    return this.#connection.closed;
  }

  /**
   * Runs a transport and gives the handle.
   *
   * @throws {RangeError} If an option is out of its range.
   * @throws {TypeError} If the transport is in use.
   */
  static spawn<B extends Body, I>(
    transport: Transport<B, I>,
    options?: PeerOptions,
  ): PeerHandle<B, I> {
    const peer = new Peer(transport, options);
    peer.#connection.start();
    return peer.handle;
  }

  /**
   * Connects with a transport class, and runs the connection.
   *
   * @throws {Deno.errors.PermissionDenied} If `authorize` refuses.
   * @throws {Deno.errors.TimedOut} If it gives no answer within `authorizeTimeout`.
   * @throws The errors of the transport's `connect`.
   */
  static async connect<B extends Body, I, Address, Options extends object>(
    type: Connector<B, I, Address, Options>,
    address: Address,
    options?: NoInfer<Options> & PeerConnectOptions<I>,
  ): Promise<PeerHandle<B, I>> {
    resolvePeerOptions(options);
    resolveAuthorizeTimeout(options?.authorizeTimeout);
    const transport = await type.connect(address, options);
    await authorized(transport, options ?? {}, options?.signal);
    return Peer.spawn(transport, options);
  }
}
