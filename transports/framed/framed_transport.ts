import type { StreamBody } from "../../protocol/body.ts";
import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import type { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { type Channel, fastPath } from "../channel.ts";
import type { Incoming, Outgoing, Transport } from "../transport.ts";
import type { ByteIo } from "./byte_io.ts";
import { FrameChannel } from "./frame_channel.ts";

/**
 * What all transports over a byte stream share: framing, limits, and the public
 * streams, which are made when they are first asked for. They and a Peer exclude
 * each other.
 */
export abstract class FramedTransport<I> implements Transport<StreamBody, I> {
  /** What is known of the connection. */
  readonly info: I;
  readonly #io: ByteIo;
  readonly #channel: FrameChannel;
  #usedBy: "streams" | "peer" | null = null;
  #readable: ReadableStream<Incoming[]> | null = null;
  #writable: WritableStream<Outgoing[]> | null = null;

  /**
   * Frames a duplex of bytes.
   *
   * @internal
   * @throws {RangeError} If a limit of the configuration is out of its range.
   */
  constructor(io: ByteIo, info: I, config?: StreamConfig) {
    this.#io = io;
    this.info = info;
    this.#channel = new FrameChannel(io, resolveStreamConfig(config));
  }

  /**
   * The messages that arrive, in batches. Cancelling it closes the connection.
   *
   * @throws {TypeError} If a Peer has the transport.
   */
  get readable(): ReadableStream<Incoming[]> {
    this.#use("streams");
    return this.#readable ??= new ReadableStream<Incoming[]>({
      pull: async (controller): Promise<void> => {
        const batch = await this.#channel.read();
        if (batch === null) controller.close();
        else controller.enqueue(batch);
      },
      cancel: () => this.close(),
    }, { highWaterMark: 0 });
  }

  /**
   * Takes messages to be sent, in batches. One over a limit is settled with the
   * error and skipped. Closing it ends the writing side; aborting it closes the
   * connection.
   *
   * @throws {TypeError} If a Peer has the transport.
   */
  get writable(): WritableStream<Outgoing[]> {
    this.#use("streams");
    return this.#writable ??= new WritableStream<Outgoing[]>({
      write: (batch) => this.#writeBatch(batch),
      close: () => this.#channel.closeWrite(),
      abort: () => this.close(),
    });
  }

  /** The error that sending a message would give for its size, or null. */
  check(message: Message): RpcError | null {
    return this.#channel.check(message);
  }

  /** Closes the connection at once; what is not written is lost. */
  close(): void | Promise<void> {
    return this.#io.close();
  }

  /** Lets the connection keep the program alive, which is the default. */
  ref(): void {
    this.#io.ref();
  }

  /** Lets the program end while the connection is open. */
  unref(): void {
    this.#io.unref();
  }

  /**
   * Gives the connection to a Peer.
   *
   * @internal
   */
  [fastPath](): Channel<StreamBody> {
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

  async #writeBatch(batch: readonly Outgoing[]): Promise<void> {
    const copied: Outgoing[] = [];
    for (const outgoing of batch) {
      const { message } = outgoing;
      const error = this.check(message);
      if (error !== null) outgoing.settle?.(error);
      else {
        this.#channel.push(message, (e) => outgoing.settle?.(e));
        if (this.#channel.copies(message)) copied.push(outgoing);
      }
    }
    for (const outgoing of copied) outgoing.settle?.();
    await this.#channel.write();
  }
}
