import type { Body } from "../protocol/body.ts";
import { logError } from "../internal/errors.ts";
import type { RpcError } from "../protocol/error.ts";
import type { Message } from "../protocol/message.ts";
import { type Channel, fastPath } from "./channel.ts";
import type { Incoming, Outgoing, Transport } from "./transport.ts";

/** A channel that also checks the limits of messages. */
export interface CheckedChannel<B extends Body> extends Channel<B> {
  /** The error that sending a message would give for a limit, or null. */
  check(message: Message<B>): RpcError | null;
  /**
   * Whether `settle` is also called for messages that `push` copies, once they
   * are sent.
   */
  readonly settlesCopies?: boolean;
}

/**
 * What all transports of this library share: the public streams, which are made at
 * the first use. A transport is used either by its streams or by a Peer.
 */
export abstract class ChannelTransport<B extends Body, I>
  implements Transport<B, I> {
  /** What is known of the connection. */
  readonly info: I;
  readonly #channel: CheckedChannel<B>;
  #usedBy: "streams" | "peer" | null = null;
  #readable: ReadableStream<Incoming<B>[]> | null = null;
  #writable: WritableStream<Outgoing<B>[]> | null = null;
  #cancelled = false;
  /**
   * A batch that was read for a reader which had released the stream before it
   * came.
   */
  #kept: Incoming<B>[] | null = null;

  /**
   * Gives a channel its streams.
   *
   * @internal
   */
  constructor(channel: CheckedChannel<B>, info: I) {
    this.#channel = channel;
    this.info = info;
  }

  /** What it is called in `stats()`; `info` may say it instead. */
  get name(): string | undefined {
    return undefined;
  }

  /**
   * The messages that arrive, in batches. Cancelling it closes the connection.
   *
   * @throws {TypeError} If a Peer has the transport.
   */
  get readable(): ReadableStream<Incoming<B>[]> {
    this.#use("streams");
    return this.#readable ??= new ReadableStream<Incoming<B>[]>({
      pull: (controller) => this.#pull(controller),
      cancel: () => {
        this.#cancelled = true;
        discard(this.#kept);
        return this.close();
      },
    }, { highWaterMark: 0 });
  }

  /**
   * Takes messages to be sent, in batches. A message over a limit is settled with
   * the error and skipped. Closing the stream ends the writing side; aborting it
   * closes the connection.
   *
   * @throws {TypeError} If a Peer has the transport.
   */
  get writable(): WritableStream<Outgoing<B>[]> {
    this.#use("streams");
    return this.#writable ??= new WritableStream<Outgoing<B>[]>({
      // `abort` is called only when a pending write has ended, and that may need
      // the other side to read. The signal fires at once.
      start: ({ signal }) =>
        signal.addEventListener("abort", () => void this.close()),
      write: (batch) => this.#writeBatch(batch),
      close: () => this.#channel.closeWrite(),
      abort: () => this.close(),
    });
  }

  /** The error that sending a message would give for a limit, or null. */
  check(message: Message<B>): RpcError | null {
    return this.#channel.check(message);
  }

  /** Closes the connection at once; what is not written is lost. */
  close(): void | Promise<void> {
    return this.#channel.close();
  }

  /** Lets the connection keep the program alive, which is the default. */
  abstract ref(): void;

  /** Lets the program end while the connection is open. */
  abstract unref(): void;

  /**
   * Gives the connection to a Peer.
   *
   * @internal
   */
  [fastPath](): Channel<B> {
    if (this.#usedBy === "peer") {
      throw new TypeError("The transport belongs to another Peer");
    }
    if (this.#usedBy === "streams") {
      throw new TypeError("The transport's streams are in use");
    }
    this.#usedBy = "peer";
    return this.#channel;
  }

  #use(by: "streams"): void {
    if (this.#usedBy === "peer") {
      throw new TypeError("The transport belongs to a Peer");
    }
    this.#usedBy = by;
  }

  async #pull(
    controller: ReadableStreamDefaultController<Incoming<B>[]>,
  ): Promise<void> {
    let batch = this.#kept;
    this.#kept = null;
    // A read that completes no message is no chunk of the stream.
    while (batch === null || batch.length === 0) {
      batch = await this.#channel.read();
      if (batch === null) break;
    }
    // Nobody else sees a batch that came while the stream was cancelled.
    if (this.#cancelled) discard(batch);
    else if (batch === null) controller.close();
    // Cancelling the stream would lose what is in its own queue.
    else if (!this.#readable!.locked) this.#kept = batch;
    else controller.enqueue(batch);
  }

  async #writeBatch(batch: readonly Outgoing<B>[]): Promise<void> {
    const channel = this.#channel;
    const copied: Outgoing<B>[] = [];
    for (const outgoing of batch) {
      const { message } = outgoing;
      const error = this.check(message);
      if (error !== null) settle(outgoing, error);
      else {
        channel.push(message, false, (e) => settle(outgoing, e));
        if (!channel.settlesCopies && channel.copies(message, false)) {
          copied.push(outgoing);
        }
      }
    }
    for (const outgoing of copied) settle(outgoing);
    await channel.write();
  }
}

function discard<B extends Body>(batch: Incoming<B>[] | null): void {
  for (const item of batch ?? []) {
    if ("body" in item) item.body[Symbol.dispose]();
  }
}

/** Settles a message. An error that `settle` throws must not end the connection. */
function settle<B extends Body>(outgoing: Outgoing<B>, error?: RpcError): void {
  try {
    outgoing.settle?.(error);
  } catch (thrown) {
    logError(thrown);
  }
}
