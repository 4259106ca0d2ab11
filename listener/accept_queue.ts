import { RpcError } from "../protocol/error.ts";
import type { Body } from "../protocol/body.ts";
import { Queue } from "../internal/queue.ts";
import { type Authorize, authorized } from "../peer/authorize.ts";
import { Waiters } from "../internal/waiters.ts";
import type { Acceptor } from "../transports/acceptor.ts";
import type { Transport } from "../transports/transport.ts";
import { isExhaustion } from "./accept_error.ts";
import { AcceptRetry } from "./accept_retry.ts";

/** So many connections may wait for `authorize` before no more are accepted. */
const MAX_PENDING = 128;

/** Where the errors of an {@linkcode AcceptQueue} go that nobody waits for. */
export interface AcceptErrors {
  /** A connection that was refused, or that could not be accepted because it is gone. */
  onRefused(error: unknown): void;
  /** Many accepts in a row have failed. */
  onFailing(error: Error): void;
}

/**
 * Accepts connections while somebody waits for one, and gives out those that
 * were authorized. One accept is in flight at a time.
 *
 * An accept that fails for want of descriptors or memory fails the first one that
 * waits. After any other error the next connection is accepted.
 */
export class AcceptQueue<B extends Body, I> {
  readonly #acceptor: Acceptor<Transport<B, I>>;
  readonly #authorize: Authorize<I> | undefined;
  readonly #errors: AcceptErrors;
  readonly #retry: AcceptRetry;
  readonly #waiters = new Waiters<Transport<B, I>>();
  /** Authorized when nobody waited any more. */
  readonly #ready = new Queue<Transport<B, I>>();
  #accepting: Promise<void> | null = null;
  /** Those that wait for `authorize`. */
  readonly #asked = new Set<Transport<B, I>>();
  #closed: RpcError | null = null;
  readonly #end = new AbortController();
  readonly #closing: Promise<unknown>[] = [];

  /** Makes a queue. */
  constructor(
    acceptor: Acceptor<Transport<B, I>>,
    authorize: Authorize<I> | undefined,
    errors: AcceptErrors,
  ) {
    this.#acceptor = acceptor;
    this.#authorize = authorize;
    this.#errors = errors;
    this.#retry = new AcceptRetry(
      this.#end.signal,
      (error) => errors.onFailing(error),
    );
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

  /** Stops accepting: fails those that wait, and closes what nobody has taken. Idempotent. */
  close(): void {
    if (this.#closed !== null) return;
    this.#closed = new RpcError(
      "connection-closed",
      "The listener is closed",
      { fatal: true },
    );
    const dropped = [this.#acceptor, ...this.#ready.drain(), ...this.#asked];
    for (const socket of dropped) this.#drop(socket);
    this.#waiters.rejectAll(this.#closed);
    this.#end.abort();
  }

  /**
   * Resolves when no accept is in flight, and the socket is gone if it was closed;
   * only then the file of a Unix socket is gone.
   */
  async idle(): Promise<void> {
    await this.#accepting;
    // What came in the moment of closing too.
    await Promise.all(this.#closing);
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closed !== null;
  }

  #accept(): void {
    this.#accepting ??= this.#acceptAll().finally(() => {
      this.#accepting = null;
      if (this.#wanted()) this.#accept();
    });
  }

  #wanted(): boolean {
    return this.#closed === null && this.#waiters.length > 0 &&
      this.#asked.size < MAX_PENDING;
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
    // On closing, those that wait have got their error already.
    if (this.#closed !== null) return;
    if (isExhaustion(error)) {
      this.#waiters.reject(error);
    } else {
      this.#errors.onRefused(error);
      await this.#retry.failed(error);
    }
  }

  async #admit(transport: Transport<B, I>): Promise<void> {
    if (this.#authorize === undefined) return this.#give(transport);
    this.#asked.add(transport);
    try {
      await authorized(transport, this.#authorize);
      this.#give(transport);
    } catch (error) {
      this.#errors.onRefused(error);
    } finally {
      this.#asked.delete(transport);
      if (this.#wanted()) this.#accept();
    }
  }

  #give(transport: Transport<B, I>): void {
    if (this.#closed !== null) this.#drop(transport);
    else if (!this.#waiters.resolve(transport)) this.#ready.push(transport);
  }

  /** Whoever calls `close` doesn't wait, and its file may be beyond reach by now. */
  #drop(socket: { close(): unknown }): void {
    this.#closing.push(
      Promise.try(() => socket.close())
        .catch((error) => this.#errors.onRefused(error)),
    );
  }
}
