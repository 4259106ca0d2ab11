import type { ErrorContext } from "../error_context.ts";
import type { DrainOptions } from "./drain_options.ts";
import type { Body, StreamBody } from "../../protocol/body.ts";
import { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import type { Connection } from "../connection.ts";
import type { SignalOptions } from "./signal_options.ts";
import { PeerCloseHandle } from "./peer_close_handle.ts";
import { PeerWriteHandle } from "./peer_write_handle.ts";
import type { ReceivedMessage } from "./received_message.ts";
import {
  handOver,
  serve,
  type ServeHandlers,
  type ServeOptions,
} from "./serve.ts";
import type { NamedStream, StreamUse } from "../streams/stream_routes.ts";
import type {
  StreamSubscription,
  SubscribeOptions,
} from "../streams/stream_subscription.ts";

/**
 * Takes requests and stream messages. It comes from `PeerHandle.split()`.
 *
 * - Order: as the other side sent them; of several that wait, the first one to
 *   wait gets the first message.
 * - Backpressure: reading pauses while too much is not taken.
 * - Closing: `close()` closes the connection; dispose releases this handle, and
 *   from then on requests get an error response and stream messages are dropped.
 *
 * @example Taking messages one by one
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const [a, b] = MemoryTransport.pair();
 * const [reader, writer] = Peer.spawn(a).split();
 * await using other = Peer.spawn(b);
 * await other.sendStream(3, "38.5");
 * const message = await reader.recvMessage();
 * if (message?.kind === "stream") assertEquals(message.message.text(), "38.5");
 * reader[Symbol.dispose]();
 * writer[Symbol.dispose](); // the last handle: the connection closes
 * ```
 */
export class PeerReadHandle<B extends Body = StreamBody, I = unknown>
  implements Disposable {
  readonly #connection: Connection<B, I>;
  #released = false;

  /** @internal Made by another handle. */
  constructor(connection: Connection<B, I>) {
    this.#connection = connection;
    connection.retain();
  }

  /** What is known of the connection: addresses or credentials. */
  get info(): I {
    return this.#connection.transport.info;
  }

  /** Resolves when the connection has ended: to the error that ended it, or null. Never rejects. */
  get closed(): Promise<RpcError | null> {
    return this.#connection.closed;
  }

  /**
   * Takes the next request or stream message; null after a clean end. See
   * {@linkcode PeerHandle.recvMessage}.
   *
   * @throws {TypeError} If the handle is released, or a loop or `serve` takes the
   * messages.
   */
  async recvMessage(
    options?: SignalOptions,
  ): Promise<ReceivedMessage<B> | null> {
    const connection = this.#open();
    connection.taker.check("recvMessage()");
    for (;;) {
      const item = await connection.inbox.next(options?.signal);
      if (item instanceof RpcError) throw item;
      if (item === null || handOver(connection, item)) return item;
    }
  }

  /**
   * The messages until a clean end, as those of a {@linkcode PeerHandle}.
   *
   * @throws {TypeError} If the handle is released. From `next()`: if something else
   * takes the messages, each of which goes to one taker.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<ReceivedMessage<B>> {
    return iterateMessages(this.#open());
  }

  /**
   * Answers requests by service id, until the connection ends or this handle is
   * released. See {@linkcode PeerHandle.serve}.
   *
   * @throws {TypeError} If the handle is released.
   */
  serve(
    handlers: ServeHandlers<B>,
    options: ServeOptions<B> = {},
  ): Promise<void> {
    if (this.#released) return Promise.reject(releasedError());
    return serve(this.#connection, handlers, options);
  }

  /**
   * Takes the messages of one stream from now on, past the inbox: what takes the
   * other messages, such as `serve`, goes on beside it, or nobody takes them.
   *
   * - Order: as sent, within the stream. Messages of other streams and requests
   *   don't wait for them, nor they for those.
   * - Backpressure: reading pauses, for the whole connection, while too many
   *   aren't taken. With `keep` it doesn't: then the newest ones wait, and older ones
   *   are dropped and counted.
   * - Each message goes to one: a stream has one subscription at a time, since a
   *   body belongs to whoever takes it, with its descriptors.
   * - Ending: a `break`, `using`, or the signal ends it; else the connection does. It
   *   doesn't end with this handle.
   *
   * @param serviceId The kind of stream message.
   * @throws {TypeError} If the stream has a subscription, or is served by an
   * interface; if `keep` is neither a number nor `"latest"`; if the handle is released.
   * @throws {RangeError} If the service id is no integer from -2^31 to 2^31 - 1, or
   * reserved; if `keep` is no integer of at least 1.
   * @throws The reason of the signal, if it has fired.
   *
   * @example The newest position, beside calls
   * ```ts
   * import { assertEquals } from "jsr:@std/assert";
   * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
   *
   * const [a, b] = MemoryTransport.pair();
   * await using viewer = Peer.spawn(a);
   * await using robot = Peer.spawn(b);
   * const serving = robot.serve({ 1: () => "stopped" });
   * const positions = viewer.subscribe(7, { keep: "latest" });
   * for (let i = 1; i <= 3; i++) await robot.sendStream(7, `position ${i}`);
   * assertEquals((await viewer.call(1, "")).text(), "stopped");
   * for await (const position of positions) {
   *   assertEquals([position.text(), positions.dropped], ["position 3", 2]);
   *   break;
   * }
   * await viewer.close();
   * await serving;
   * ```
   */
  subscribe(
    serviceId: number,
    options?: SubscribeOptions,
  ): StreamSubscription<Message<B>> {
    return this.#open().streams.subscribe(serviceId, options);
  }

  /** @internal Gives what is said of the streams of an interface to the connection; what it gives takes that back. */
  declareStreams(streams: Iterable<NamedStream>, use: StreamUse): () => void {
    return this.#open().streams.declare(streams, use);
  }

  /** @internal Makes the `peer` of handlers, which keeps nothing open. */
  lendWriter(): PeerWriteHandle<B, I> {
    return new PeerWriteHandle(this.#connection, true);
  }

  /** @internal Gives what builds on the peer a way to its `onError`. */
  report(error: unknown, context?: ErrorContext): void {
    this.#connection.report(error, context);
  }

  /** @internal Counts what isn't delivered by what builds on the peer. */
  count(figure: "errors" | "droppedMessages"): void {
    this.#connection.counters[figure]++;
  }

  /** A handle that only closes the connection, and keeps nothing alive. */
  closeHandle(): PeerCloseHandle {
    return new PeerCloseHandle(this.#connection);
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

  /** Releases this handle; requests get an error response from now on. */
  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    this.#connection.readerGone();
    this.#connection.inbox.abandon(releasedError());
    this.#connection.release();
  }

  #open(): Connection<B, I> {
    if (this.#released) throw releasedError();
    return this.#connection;
  }
}

function releasedError(): TypeError {
  return new TypeError("The read handle is released");
}

/** Iterates over the messages of a connection; leaving the loop ends nothing but the loop. */
export function iterateMessages<B extends Body>(
  connection: Connection<B, unknown>,
): AsyncIterableIterator<ReceivedMessage<B>> {
  const { inbox, taker } = connection;
  type Result = IteratorResult<ReceivedMessage<B>>;
  const done: Result = { done: true, value: undefined };
  let state: "new" | "taking" | "done" = "new";

  function release(): void {
    if (state === "taking") taker.release();
    state = "done";
  }

  async function take(): Promise<Result> {
    for (;;) {
      const item = inbox.take() ?? await inbox.next();
      if (item === null) {
        release();
        return done;
      }
      if (item instanceof RpcError) connection.report(item);
      else if (handOver(connection, item)) return { done: false, value: item };
    }
  }

  return {
    async next(): Promise<Result> {
      if (state === "done") return done;
      if (state === "new") taker.claim("A loop", inbox.waiting);
      state = "taking";
      try {
        return await take();
      } catch (error) {
        release();
        throw error;
      }
    },
    return(): Promise<Result> {
      release();
      return Promise.resolve(done);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
