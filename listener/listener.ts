import type { Body, StreamBody } from "../protocol/body.ts";
import { resolveAuthorizeTimeout } from "../peer/authorize.ts";
import type { SignalOptions } from "../peer/handles/signal_options.ts";
import { Peer } from "../peer/peer.ts";
import type { PeerCloseHandle } from "../peer/handles/peer_close_handle.ts";
import type { PeerHandle } from "../peer/handles/peer_handle.ts";
import { resolvePeerOptions, safe } from "../peer/options.ts";
import { systemClock } from "../internal/clock.ts";
import type { Acceptor, Binder, SocketAddr } from "../transports/acceptor.ts";
import type { Transport } from "../transports/transport.ts";
import { AcceptQueue } from "./accept_queue.ts";
import { Backoff } from "./backoff.ts";
import type { ListenerOptions } from "./listener_options.ts";

const DEFAULT_DRAIN_TIMEOUT = 10_000;

/** What `run` calls for each connection. */
export type ConnectionHandler<B extends Body = StreamBody, I = unknown> = (
  peer: PeerHandle<B, I>,
) => unknown;

/**
 * Accepts connections and gives their peers. Made by `listen`, or by
 * `Listener.bind`, which is async and can tell a socket file that is left over
 * without FFI.
 *
 * - Order: connections are given out as they were accepted and authorized.
 * - Backpressure: a connection is accepted when somebody waits for one; the
 *   system queues the others.
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
  readonly #queue: AcceptQueue<B, I>;
  readonly #closing = new AbortController();
  /** The peers of `run`, with the ends of their handlers. */
  readonly #running = new Map<PeerCloseHandle, Promise<void>>();

  /**
   * Takes over a socket that listens already, as `TcpTransport.wrap` makes it of
   * what Deno.listen gave.
   *
   * @throws {RangeError} If an option is out of its range.
   */
  constructor(
    acceptor: Acceptor<Transport<B, I>, A>,
    options: ListenerOptions<I> = {},
  ) {
    resolvePeerOptions(options);
    resolveAuthorizeTimeout(options.authorizeTimeout);
    checkDrainTimeout(options.drainTimeout);
    this.#acceptor = acceptor;
    this.#options = { ...options, onError: safe(options.onError) };
    this.#queue = new AcceptQueue(
      acceptor,
      options,
      {
        onRefused: (error) => this.#options.onError?.(error),
        onFailing: (error) => this.#report(error),
      },
    );
  }

  /**
   * Listens on an address with a transport class. Takes the place of a Unix
   * socket file that nobody listens on any more.
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

  /** The address it listens on; with port 0 asked for, the port that was picked. */
  get addr(): A {
    return this.#acceptor.addr;
  }

  /**
   * Waits for the next connection.
   *
   * @throws {RpcError} `connection-closed` when the listener is closed.
   * @throws {Error} When descriptors or memory have run out (EMFILE, ENFILE,
   * ENOMEM, ENOBUFS). The listener stays usable, but the next accept may fail at
   * once too: wait before it. A connection that is gone before it was accepted
   * is no error here; it goes to `onError`.
   * @throws The reason of the signal, when it fires.
   */
  async accept(options?: SignalOptions): Promise<PeerHandle<B, I>> {
    return this.#spawn(await this.#queue.next(options?.signal));
  }

  /** The connections until the listener is closed; breaking out doesn't close it. */
  [Symbol.asyncIterator](): AsyncIterableIterator<PeerHandle<B, I>> {
    return {
      next: async (): Promise<IteratorResult<PeerHandle<B, I>>> => {
        const transport = await this.#next();
        return transport === null
          ? { done: true, value: undefined }
          : { done: false, value: this.#spawn(transport) };
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
   * @param options A signal stops accepting; the listener stays open.
   * @throws The reason of the signal, when it fires.
   */
  async run(
    handler: ConnectionHandler<B, I>,
    options?: SignalOptions,
  ): Promise<void> {
    for (;;) {
      const transport = await this.#next(options?.signal);
      if (transport === null) return;
      const peer = this.#spawn(transport);
      // The handler may split the peer, and with it take it over.
      const closeHandle = peer.closeHandle();
      const handled = this.#handle(handler, peer)
        .finally(() => this.#running.delete(closeHandle));
      this.#running.set(closeHandle, handled);
    }
  }

  /**
   * Stops accepting. Pending accepts end with `connection-closed`; accepted peers
   * are left alone. Idempotent.
   *
   * The file of a Unix socket is removed at once, or a moment later if an accept is
   * pending; `run()`, iteration and dispose wait for that.
   */
  close(): void {
    this.#queue.close();
    this.#closing.abort();
  }

  /** Closes it, waits for the handlers of `run` for at most `drainTimeout`, and closes their peers. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#queue.idle();
    if (this.#running.size === 0) return;
    const late = Promise.withResolvers<void>();
    const { drainTimeout = DEFAULT_DRAIN_TIMEOUT } = this.#options;
    const stop = systemClock.start(late.resolve, drainTimeout);
    const handlers = Promise.all(this.#running.values());
    await Promise.race([handlers, late.promise]);
    stop();
    await Promise.all(this.#running.keys().map((handle) => handle.close()));
  }

  /** Lets the listener keep the program alive, which is the default. */
  ref(): void {
    this.#acceptor.ref();
  }

  /** Lets the program end while the listener is open. */
  unref(): void {
    this.#acceptor.unref();
  }

  /** The next connection, however often accepting fails; null when it is closed. */
  async #next(signal?: AbortSignal): Promise<Transport<B, I> | null> {
    const backoff = new Backoff();
    for (;;) {
      if (this.#queue.closed) {
        await this.#queue.idle();
        return null;
      }
      try {
        return await this.#queue.next(signal);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (this.#queue.closed) continue;
        this.#report(error);
        await backoff.wait(
          AbortSignal.any(
            signal ? [this.#closing.signal, signal] : [this.#closing.signal],
          ),
        );
        if (signal?.aborted) throw signal.reason;
      }
    }
  }

  #spawn(transport: Transport<B, I>): PeerHandle<B, I> {
    return Peer.spawn(transport, this.#options);
  }

  async #handle(
    handler: ConnectionHandler<B, I>,
    peer: PeerHandle<B, I>,
  ): Promise<void> {
    try {
      await handler(peer);
    } catch (error) {
      this.#report(error);
    }
    await peer[Symbol.asyncDispose]();
  }

  #report(error: unknown): void {
    (this.#options.onError ?? console.error)(error);
  }
}

/** Makes a listener, and leaves no socket open if the options are refused. */
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

function checkDrainTimeout(value = DEFAULT_DRAIN_TIMEOUT): void {
  if (typeof value === "number" && value >= 0) return;
  throw new RangeError(
    `drainTimeout must be a number of at least 0, got ${value}`,
  );
}
