import type { Body } from "../protocol/body.ts";
import type { Transport } from "./transport.ts";

/** The address of a listener, in the form of Deno's. */
export interface SocketAddr {
  /** The transport, such as `"tcp"`. */
  readonly transport: string;
}

/** A listening socket that gives transports. */
export interface Acceptor<T, A extends SocketAddr = SocketAddr> {
  /** The address it listens on, as Deno's. */
  readonly addr: A;
  /** How many it has refused by `authorize` itself, before there were connections. */
  readonly refused?: number;
  /**
   * Why it has ended by itself: no accept can succeed any more, and the listener ends.
   * Null or missing while it listens.
   */
  readonly failure?: Error | null;
  /** Waits for a connection; one call at a time. Rejects when closed, or when the system refuses. */
  accept(): Promise<T>;
  /**
   * Stops listening at once, and ends a pending accept with an error. Resolves when
   * everything is released. Idempotent.
   */
  close(): void | Promise<void>;
  /** Lets the socket keep the program alive, which is the default. */
  ref(): void;
  /** Lets the program end while the socket is open. */
  unref(): void;
}

/** A transport class as `Peer.connect` takes it. */
export interface Connector<
  B extends Body,
  I,
  Address,
  Options extends object,
> {
  /** Connects to an address. */
  connect(address: Address, options?: Options): Promise<Transport<B, I>>;
}

/** A transport class as `Listener.bind` takes it. */
export interface Binder<
  B extends Body,
  I,
  A extends SocketAddr,
  Address,
  Options extends object,
> {
  /** Listens on an address, after checking that nobody else does. */
  listenAsync(
    address: Address,
    options?: Options,
  ): Promise<Acceptor<Transport<B, I>, A>>;
}
