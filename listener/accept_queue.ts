import { RpcError } from "../protocol/error.ts";
import type { Body } from "../protocol/body.ts";
import { Queue } from "../internal/queue.ts";
import { authorized, type AuthorizeOptions } from "../peer/authorize.ts";
import { type Clock, systemClock } from "../internal/clock.ts";
import { SharedCount } from "../internal/shared_count.ts";
import { Waiters } from "../internal/waiters.ts";
import type { Acceptor } from "../transports/acceptor.ts";
import type { Transport } from "../transports/transport.ts";
import { AcceptRetry, isExhaustion } from "./accept_retry.ts";
import { promiseTry } from "../internal/promises.ts";

/**
 * Accepts connections while a caller waits for one, and gives out those that are
 * authorized. One accept is in flight at a time.
 *
 * If an accept fails because descriptors or memory have run out, the first caller
 * that waits gets the error. After any other error the next connection is accepted,
 * unless the acceptor says that it has ended: then the queue ends too.
 */
export class AcceptQueue<B extends Body, I> {
  readonly #acceptor: Acceptor<Transport<B, I>>;
  readonly #options: AuthorizeOptions<I>;
  readonly #places: SharedCount;
  readonly #clock: Clock;
  readonly #report: (error: unknown) => void;
  readonly #retry: AcceptRetry;
  readonly #waiters = new Waiters<Transport<B, I>>();
  /** Authorized connections for which no caller waited any more. */
  readonly #ready = new Queue<Transport<B, I>>();
  #accepting: Promise<void> | null = null;
  /** The connections that wait for `authorize`. */
  readonly #asked = new Set<Promise<void>>();
  #closed: RpcError | null = null;
  readonly #end = new AbortController();
  readonly #closing = new Set<Promise<void>>();
  /** How many connections `authorize` or `maxConnections` has refused. */
  refused = 0;
  /** How many accepts have failed. */
  failed = 0;

  /**
   * Makes a queue.
   *
   * @param report Takes the errors that no caller gets: refused connections,
   * connections that were gone before they were accepted, and the warning that many
   * accepts in a row have failed.
   * @param places Counts the connections that it has admitted and not dropped. Who
   * takes one gives its place back when it is closed.
   */
  constructor(
    acceptor: Acceptor<Transport<B, I>>,
    options: AuthorizeOptions<I>,
    report: (error: unknown) => void,
    places: SharedCount = new SharedCount(),
    clock: Clock = systemClock,
  ) {
    this.#acceptor = acceptor;
    this.#options = options;
    this.#places = places;
    this.#clock = clock;
    this.#report = report;
    this.#retry = new AcceptRetry(this.#end.signal, report);
  }

  /** Waits for the next connection. */
  next(signal?: AbortSignal): Promise<Transport<B, I>> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#closed !== null) return Promise.reject(this.#closed);
    const transport = this.#ready.shift();
    if (transport !== undefined) return Promise.resolve(transport);
    const next = this.#waiters.wait(signal);
    this.#accept();
    return next;
  }

  /**
   * Stops accepting: rejects the callers that wait, and closes connections that
   * were not taken. Idempotent.
   */
  close(): void {
    this.#endWith(
      new RpcError("connection-closed", "The listener is closed", {
        fatal: true,
      }),
    );
  }

  #endWith(error: RpcError): void {
    if (this.#closed !== null) return;
    this.#closed = error;
    this.#waiters.rejectAll(error);
    this.#drop(this.#acceptor);
    for (const transport of this.#ready.drain()) this.#discard(transport);
    // A connection that waits for `authorize` is closed by `authorized`.
    this.#end.abort(error);
  }

  /**
   * Resolves when no accept is in flight and, after `close`, the socket is gone.
   * Only then the file of a Unix socket is gone too.
   */
  async idle(): Promise<void> {
    await this.#accepting;
    // That includes a connection that was accepted while closing.
    await Promise.all(this.#asked);
    await Promise.all(this.#closing);
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closed !== null;
  }

  /** Why it has ended without being closed; null otherwise. */
  get failure(): RpcError | null {
    return this.#closed?.code === "connection-closed" ? null : this.#closed;
  }

  /** Fires when it is closed. */
  get closing(): AbortSignal {
    return this.#end.signal;
  }

  #accept(): void {
    this.#accepting ??= this.#acceptAll().finally(() => {
      this.#accepting = null;
      if (this.#wanted()) this.#accept();
    });
  }

  #wanted(): boolean {
    return this.#closed === null && this.#waiters.length > 0;
  }

  async #acceptAll(): Promise<void> {
    while (this.#wanted()) {
      try {
        const transport = await this.#acceptor.accept();
        this.#retry.succeeded();
        this.#admit(transport);
      } catch (error) {
        await this.#onAcceptError(error);
      }
    }
  }

  async #onAcceptError(error: unknown): Promise<void> {
    // On closing, the callers that wait have got their error already.
    if (this.#closed !== null) return;
    this.failed++;
    const { failure } = this.#acceptor;
    if (failure) return this.#endWith(listenerEnded(failure));
    if (isExhaustion(error)) {
      this.#waiters.reject(error);
    } else {
      this.#report(error);
      await this.#retry.failed(error);
    }
  }

  #admit(transport: Transport<B, I>): void {
    if (this.#places.full && this.#closed === null) {
      return this.#refuse(transport);
    }
    this.#places.open++;
    // A connection that was accepted while closing is dropped without asking.
    const closed = this.#closed !== null;
    if (closed || this.#options.authorize === undefined) {
      return this.#give(transport);
    }
    const asked = this.#ask(transport)
      .finally(() => this.#asked.delete(asked));
    this.#asked.add(asked);
  }

  #refuse(transport: Transport<B, I>): void {
    const { open, limit } = this.#places;
    this.refused++;
    this.#report(
      new RpcError(
        "limit-exceeded",
        `A connection was refused: ${open} are open, and maxConnections is ${limit}`,
        { limit, actual: open },
      ),
    );
    this.#drop(transport);
  }

  async #ask(transport: Transport<B, I>): Promise<void> {
    try {
      await authorized(
        transport,
        this.#options,
        this.#end.signal,
        this.#clock,
      );
    } catch (error) {
      this.#places.open--;
      // An authorization that closing has ended is not reported as a refusal.
      if (error !== this.#closed) {
        this.refused++;
        this.#report(error);
      }
      return;
    }
    this.#give(transport);
  }

  #give(transport: Transport<B, I>): void {
    if (this.#closed !== null) this.#discard(transport);
    else if (!this.#waiters.resolve(transport)) this.#ready.push(transport);
  }

  /** Closes a connection that nobody takes. */
  #discard(transport: Transport<B, I>): void {
    this.#places.open--;
    this.#drop(transport);
  }

  /**
   * Closes a socket; `idle` waits for it. It may fail, as its file may be out of
   * reach by now.
   */
  #drop(socket: { close(): unknown }): void {
    const closing: Promise<void> = promiseTry(() => socket.close())
      .then(() => {}, (error) => this.#report(error))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function listenerEnded(cause: Error): RpcError {
  return new RpcError(
    "connection-aborted",
    `The listener has ended: ${cause.message}`,
    { fatal: true, cause },
  );
}
