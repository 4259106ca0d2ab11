import type { Body, StreamBody } from "../protocol/body.ts";
import { resolveAuthorizeTimeout } from "../peer/authorize.ts";
import type { SignalOptions } from "../peer/handles/signal_options.ts";
import { ErrorReporter } from "../internal/error_reporter.ts";
import { Peer } from "../peer/peer.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import { resolvePeerOptions } from "../peer/options.ts";
import type { Acceptor, Binder, SocketAddr } from "../transports/acceptor.ts";
import type { Transport } from "../transports/transport.ts";
import { AcceptQueue } from "./accept_queue.ts";
import { Backoff } from "./backoff.ts";
import {
  type ListenerOptions,
  resolveDrainTimeout,
} from "./listener_options.ts";
import { type ConnectionHandler, RunningHandlers } from "./running_handlers.ts";

/**
 * Accepts connections and gives their peers. Made by `listen`, or by `bind`, which
 * is async and needs no FFI to recognise a socket file that was left over.
 *
 * - Order: connections are given out as they were accepted and authorized.
 * - Backpressure: a connection is accepted when a caller waits for one; the system
 *   queues the others.
 * - Closing: `close()` leaves accepted peers alone; `await using` waits for the
 *   handlers of `run` and then closes their peers.
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
  readonly #reporter: ErrorReporter;
  readonly #drainTimeout: number;
  readonly #queue: AcceptQueue<B, I>;
  #keepsAlive = true;
  readonly #handlers = new RunningHandlers<B, I>((error) =>
    this.#report(error)
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
    resolvePeerOptions(options);
    resolveAuthorizeTimeout(options.authorizeTimeout);
    this.#drainTimeout = resolveDrainTimeout(options.drainTimeout);
    this.#acceptor = acceptor;
    this.#options = options;
    this.#reporter = new ErrorReporter(options.onError);
    this.#queue = new AcceptQueue(
      acceptor,
      options,
      (error) => this.#report(error),
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
   * Waits for the next connection.
   *
   * A connection that is gone before it was accepted, or that `authorize` refuses,
   * doesn't end the wait. It is reported to `onError`.
   *
   * @throws {Error} When descriptors or memory have run out (EMFILE, ENFILE,
   * ENOMEM, ENOBUFS). The listener stays usable. Wait before the next accept, which
   * may fail too.
   * @throws {RpcError} `connection-closed` when the listener is closed.
   * @throws The reason of the signal, when it fires.
   */
  async accept(options?: SignalOptions): Promise<PeerHandle<B, I>> {
    return this.#spawn(await this.#queue.next(options?.signal));
  }

  /** The connections until the listener is closed; breaking out doesn't close it. */
  [Symbol.asyncIterator](): AsyncIterableIterator<PeerHandle<B, I>> {
    type Result = IteratorResult<PeerHandle<B, I>>;
    let left = false;
    return {
      next: async (): Promise<Result> => {
        const transport = left ? null : await this.#next();
        return transport === null
          ? { done: true, value: undefined }
          : { done: false, value: this.#spawn(transport) };
      },
      return(): Promise<Result> {
        left = true;
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
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
   * @param options A signal that closes the listener when it fires. The promise
   * then resolves, without an error, when everything is closed: it waits for the
   * handlers for at most `drainTimeout`, and closes their peers, as disposing the
   * listener does.
   *
   * @example A server that ends with Control-C
   * ```ts ignore
   * import { listen } from "jsr:@fizyr/rpc";
   *
   * const stop = new AbortController();
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
    const close = (): void => this.close();
    signal?.addEventListener("abort", close, { once: true });
    if (signal?.aborted) this.close();
    try {
      for (;;) {
        const transport = await this.#next();
        if (transport === null) break;
        this.#handlers.start(handler, this.#spawn(transport));
      }
    } finally {
      signal?.removeEventListener("abort", close);
    }
    if (signal?.aborted) await this[Symbol.asyncDispose]();
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
   * Closes it, waits for the handlers of `run` for at most `drainTimeout`, and
   * closes the peers of those that still run.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#queue.idle();
    await this.#handlers.drain(this.#drainTimeout);
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
    return null;
  }

  #spawn(transport: Transport<B, I>): PeerHandle<B, I> {
    return Peer.spawn(transport, this.#options);
  }

  #report(error: unknown): void {
    this.#reporter.report(error);
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
