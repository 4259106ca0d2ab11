import type { Body, StreamBody } from "../protocol/body.ts";
import { resolveAuthorizeTimeout } from "../peer/authorize.ts";
import type { ErrorContext } from "../peer/error_context.ts";
import type { DrainOptions } from "../peer/handles/drain_options.ts";
import type { SignalOptions } from "../peer/handles/signal_options.ts";
import { onAbort } from "../internal/abort.ts";
import { checkLeast } from "../internal/check_options.ts";
import { ErrorReporter } from "../internal/errors.ts";
import { iterate } from "../internal/iterate.ts";
import { Connection } from "../peer/connection.ts";
import { reportError } from "../peer/probe.ts";
import { PeerHandle } from "../peer/handles/peer_handle.ts";
import type { PeerWriteHandle } from "../peer/handles/peer_write_handle.ts";
import { resolvePeerOptions } from "../peer/options.ts";
import type { Acceptor, Binder, SocketAddr } from "../transports/acceptor.ts";
import type { Transport } from "../transports/transport.ts";
import { AcceptQueue } from "./accept_queue.ts";
import { Backoff } from "./accept_retry.ts";
import { type ListenerLimits, listenerLimits } from "./listener_limits.ts";
import type { ListenerOptions } from "./listener_options.ts";
import type { ListenerStats, ListenerStatsOptions } from "./listener_stats.ts";
import { OpenPeers } from "./open_peers.ts";
import { type ConnectionHandler, RunningHandlers } from "./running_handlers.ts";

/**
 * Accepts connections and gives their peers. Made by `listen`, or by `bind`, which
 * is async and needs no FFI to recognise a socket file that was left over.
 *
 * - Order: connections are given out as they were accepted and authorized.
 * - Backpressure: a connection is accepted when a caller waits for one; the system
 *   queues the others.
 * - Closing: `shutdown()` and `await using` let the connections of `run` finish what
 *   they have begun. `close()` only stops accepting. What `accept()` and iteration
 *   gave is closed by its owner.
 *
 * @example A server
 * ```ts ignore
 * import { listen } from "jsr:@fizyr/rpc";
 *
 * await using listener = listen("tcp://127.0.0.1:1337");
 * await listener.run((peer) => peer.serve({ 1: (_request, body) => body }));
 * ```
 */
export class Listener<
  B extends Body = StreamBody,
  I = unknown,
  A extends SocketAddr = SocketAddr,
> implements AsyncDisposable {
  readonly #acceptor: Acceptor<Transport<B, I>, A>;
  readonly #options: ListenerOptions<I>;
  readonly #reporter: ErrorReporter<ErrorContext>;
  readonly #drainTimeout: number;
  readonly #limits: ListenerLimits;
  readonly #queue: AcceptQueue<B, I>;
  readonly #since = Date.now();
  #keepsAlive = true;
  /** What accepts for `run`; each ends once the listener is closed. */
  readonly #accepting = new Set<Promise<void>>();
  readonly #peers = new OpenPeers<B, I>();
  readonly #handlers = new RunningHandlers<B, I>((error, peer) =>
    reportError(this.#reporter, error, { peer })
  );

  /**
   * Takes over a socket that listens already, such as `TcpTransport.wrap` makes of
   * the result of Deno.listen.
   *
   * @throws {RangeError} If an option is out of its range.
   */
  constructor(
    acceptor: Acceptor<Transport<B, I>, A>,
    options: ListenerOptions<I> = {},
  ) {
    this.#drainTimeout = resolvePeerOptions(options).drainTimeout;
    resolveAuthorizeTimeout(options.authorizeTimeout);
    this.#limits = listenerLimits(options);
    this.#acceptor = acceptor;
    this.#options = options;
    this.#reporter = new ErrorReporter(options.onError);
    this.#queue = new AcceptQueue(
      acceptor,
      options,
      (error) => this.#report(error),
      this.#limits.connections,
    );
  }

  /**
   * Listens on an address with a transport class, as `bind` of a transport's
   * sub-path does. Takes the place of a Unix socket file that nobody listens on
   * any more.
   *
   * @throws {Deno.errors.AddrInUse} If somebody listens there, and the other
   * errors of Deno.listen.
   * @throws {RangeError} If an option is out of its range.
   */
  static async bind<
    B extends Body,
    I,
    A extends SocketAddr,
    Address,
    Options extends object,
  >(
    type: Binder<B, I, A, Address, Options>,
    address: Address,
    options?: NoInfer<Options> & ListenerOptions<I>,
  ): Promise<Listener<B, I, A>> {
    return open(await type.listenAsync(address, options), options);
  }

  /**
   * The address it listens on. If port 0 was asked for, it has the port that was
   * picked.
   */
  get addr(): A {
    return this.#acceptor.addr;
  }

  /**
   * The connections that it has accepted and that aren't closed, the oldest first,
   * whoever holds them: `run`, or what `accept()` and iteration gave. Each is always
   * the same handle, which keeps nothing open: releasing it does nothing.
   *
   * @example Who is there, and telling everybody
   * ```ts ignore
   * import { listen } from "jsr:@fizyr/rpc";
   *
   * await using listener = listen("tcp://127.0.0.1:1337");
   * const running = listener.run((peer) => peer.serve({}));
   * for (const peer of listener.peers) {
   *   console.log(peer.info.remoteAddr, peer.stats().bytesReceived);
   *   await peer.sendStream(1, "The robot has stopped");
   * }
   * await running;
   * ```
   */
  get peers(): Iterable<PeerWriteHandle<B, I>> {
    return this.#peers;
  }

  /**
   * The figures: of all connections together, and of each that is open.
   *
   * @throws {RangeError} If an option is no number of at least 0.
   */
  stats(options: ListenerStatsOptions = {}): ListenerStats {
    const { accepted, open, total } = this.#peers;
    const { refused, failed } = this.#queue;
    const early = this.#acceptor.refused ?? 0;
    return {
      addr: this.addr,
      since: this.#since,
      ...{ accepted, open, refused: early + refused, failedAccepts: failed },
      total,
      connections: this.#peers.connections(options),
    };
  }

  /**
   * Waits for the next connection.
   *
   * A connection that is gone before it was accepted, or that `authorize` refuses,
   * doesn't end the wait. It is reported to `onError`.
   *
   * @throws {Error} When descriptors or memory have run out (EMFILE, ENFILE,
   * ENOMEM, ENOBUFS). The listener stays usable. Wait before the next accept, which
   * may fail too.
   * @throws {RpcError} `connection-closed` when the listener is closed;
   * `connection-aborted` when it has ended by itself, as one over NATS does when its
   * connection to NATS is closed for good.
   * @throws The reason of the signal, when it fires.
   */
  async accept(options?: SignalOptions): Promise<PeerHandle<B, I>> {
    return this.#spawn(await this.#queue.next(options?.signal));
  }

  /**
   * The connections until the listener is closed; breaking out doesn't close it.
   *
   * @throws {RpcError} `connection-aborted` when it has ended by itself: see `accept`.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<PeerHandle<B, I>> {
    return iterate(async () => {
      const transport = await this.#next();
      return transport === null ? null : this.#spawn(transport);
    });
  }

  /**
   * Calls a handler for each connection, many at a time, until the listener is
   * closed. When a handler returns or throws, its peer is closed; what it throws
   * goes to `onError`. A failed accept goes there too. It is tried again after
   * 5 ms to 1 s if descriptors or memory have run out, else at once (after 64
   * failures in a row, after 5 ms).
   *
   * Resolves when the listener is closed; handlers may still be running, and
   * disposing the listener waits for them.
   *
   * @throws {RpcError} `connection-aborted` when it has ended by itself: see `accept`.
   * @param options A signal that shuts the listener down when it fires, as
   * `shutdown()` does. The promise then resolves, without an error, when everything
   * is closed.
   *
   * @example A server that ends in good order on SIGTERM and Control-C
   * ```ts ignore
   * import { listen } from "jsr:@fizyr/rpc";
   *
   * const stop = new AbortController();
   * Deno.addSignalListener("SIGTERM", () => stop.abort());
   * Deno.addSignalListener("SIGINT", () => stop.abort());
   * await listen("tcp://127.0.0.1:1337").run(
   *   (peer) => peer.serve({ 1: (_request, body) => body }),
   *   { signal: stop.signal },
   * );
   * ```
   */
  async run(
    handler: ConnectionHandler<B, I>,
    options?: SignalOptions,
  ): Promise<void> {
    const signal = options?.signal;
    let down: Promise<void> | null = null;
    const shutDown = (): void => {
      down = this.shutdown();
    };
    let forget: (() => void) | null = null;
    if (signal?.aborted) shutDown();
    else if (signal !== undefined) forget = onAbort(signal, shutDown);
    const accepting = this.#startEach(handler);
    this.#accepting.add(accepting);
    try {
      await accepting;
    } finally {
      this.#accepting.delete(accepting);
      forget?.();
    }
    await down;
  }

  async #startEach(handler: ConnectionHandler<B, I>): Promise<void> {
    for (;;) {
      const transport = await this.#next();
      if (transport === null) break;
      this.#handlers.start(handler, this.#spawn(transport));
    }
  }

  /**
   * Stops accepting. Pending accepts end with `connection-closed`; accepted peers
   * are left alone. Idempotent.
   *
   * The file of a Unix socket is removed at once. If the permissions are for the
   * path alone and not for its directory, Deno removes the file, once a pending
   * accept has ended; `run()`, iteration and dispose wait for that.
   */
  close(): void {
    this.#queue.close();
  }

  /**
   * Ends it in good order. Idempotent; a dispose does it too, and so does the signal
   * of `run`.
   *
   * - No new connections: as `close()`. A connection that waits for `authorize` is
   *   closed.
   * - The connections of `run` drain: they take no new requests, let the open ones
   *   finish, and close then. Those without an open request close at once.
   * - After `grace` milliseconds what is left is closed, and its signals fire.
   * - Connections that `accept()` or iteration gave belong to whoever took them:
   *   see `PeerHandle.drain`.
   * - Resolves when the listener and the connections of `run` are closed, and their
   *   handlers have ended; no handler is waited for longer than `grace`. So a handler
   *   must not await it.
   *
   * @throws {RangeError} If `grace` is no number of at least 0.
   */
  async shutdown(options: DrainOptions = {}): Promise<void> {
    const { grace = this.#drainTimeout } = options;
    checkLeast("grace", grace, 0);
    this.close();
    const draining = this.#handlers.drain(grace);
    await this.#queue.idle();
    await Promise.all(this.#accepting);
    // What was accepted in the moment of closing has begun by now.
    await Promise.all([draining, this.#handlers.drain(grace)]);
  }

  /** Ends it in good order: see `shutdown`, with `drainTimeout` as grace. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** Lets the listener keep the program alive, which is the default. */
  ref(): void {
    this.#keepsAlive = true;
    this.#acceptor.ref();
  }

  /** Lets the program end while the listener is open. */
  unref(): void {
    this.#keepsAlive = false;
    this.#acceptor.unref();
  }

  /**
   * The next connection, after any number of failed accepts; null when it is
   * closed.
   *
   * @throws {RpcError} `connection-aborted` if it has ended by itself.
   */
  async #next(): Promise<Transport<B, I> | null> {
    const backoff = new Backoff();
    while (!this.#queue.closed) {
      try {
        return await this.#queue.next();
      } catch (error) {
        if (this.#queue.closed) break;
        this.#report(error);
        await backoff.wait(this.#queue.closing, this.#keepsAlive);
      }
    }
    await this.#queue.idle();
    if (this.#queue.failure !== null) throw this.#queue.failure;
    return null;
  }

  #spawn(transport: Transport<B, I>): PeerHandle<B, I> {
    const { connections, shared } = this.#limits;
    const connection = new Connection(transport, this.#options, { shared });
    const peer = new PeerHandle(connection);
    connection.whenClosed(() => connections.open--);
    connection.start();
    this.#peers.add(peer);
    return peer;
  }

  #report(error: unknown): void {
    reportError(this.#reporter, error, {});
  }
}

/** Makes a listener. If the options are refused, closes the socket. */
export function open<B extends Body, I, A extends SocketAddr>(
  acceptor: Acceptor<Transport<B, I>, A>,
  options: ListenerOptions<I> | undefined,
): Listener<B, I, A> {
  try {
    return new Listener(acceptor, options);
  } catch (error) {
    acceptor.close();
    throw error;
  }
}
