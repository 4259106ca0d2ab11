import {
  resolveStreamConfig,
  type StreamConfig,
} from "../../protocol/config.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import { foreignProtocol } from "../../protocol/foreign_protocol.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";
import type { ByteIo } from "../framed/byte_io.ts";
import { releaseStreams } from "../streams_channel.ts";
import { BadResource } from "../../internal/runtime/errors.ts";

/** The options of a {@linkcode StreamTransport}. */
export interface StreamTransportOptions<I = null> extends StreamConfig {
  /** The value of `info`. Default: null. */
  info?: I | undefined;
}

/**
 * A transport over any pair of byte streams: TLS, QUIC, a child's stdin and
 * stdout, a WebSocket.
 *
 * - Order: as the streams keep it.
 * - Backpressure: the streams' own; one write is pending at a time.
 * - Closing: `writable` is closed when all is written, and the end of `readable`
 *   is awaited, within `closeTimeout`. Then `readable` is cancelled, and `close()`
 *   of the pair is called. The end of `readable` between messages is a clean end,
 *   inside one it is `connection-aborted`.
 *
 * For a Unix or TCP socket, its own transport is faster.
 *
 * @example A pair of streams
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { Peer, StreamTransport } from "jsr:@fizyr/rpc";
 *
 * const there = new TransformStream<Uint8Array<ArrayBuffer>>();
 * const back = new TransformStream<Uint8Array<ArrayBuffer>>();
 * await using client = Peer.spawn(
 *   new StreamTransport({ readable: back.readable, writable: there.writable }),
 * );
 * await using server = Peer.spawn(
 *   new StreamTransport({ readable: there.readable, writable: back.writable }),
 * );
 * const serving = server.serve({ 1: (_request, body) => body.text().toUpperCase() });
 * assertEquals((await client.call(1, "hello")).text(), "HELLO");
 * await client.close();
 * await serving;
 * ```
 */
export class StreamTransport<I = null> extends FramedTransport<I> {
  /**
   * Takes over a pair of streams.
   *
   * @throws {TypeError} If a stream is locked.
   * @throws {RangeError} If a limit is out of its range.
   */
  constructor(streams: ByteStreams, options: StreamTransportOptions<I> = {}) {
    // Before the streams are locked.
    resolveStreamConfig(options);
    super(new StreamIo(streams), (options.info ?? null) as I, options);
  }
}

/** A pair of byte streams, and how to release what is behind them. */
export interface ByteStreams {
  /** The bytes that arrive. Its chunks belong to the transport: bodies are views of them. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Takes the bytes to be sent; closed when this side has nothing more to send. */
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
  /** Releases what is behind the streams, after both have been given up. */
  close?(): void | Promise<void>;
}

/**
 * At most this much is written at once, so that the progress of a slow stream can
 * be seen.
 */
const PIECE_LEN = 64 * 1024;

/** The bytes of a pair of streams. */
export class StreamIo implements ByteIo {
  readonly foreignProtocol = foreignProtocol;
  // A stream may keep a chunk after its write has resolved (a TransformStream does).
  readonly keepsBytes = true;
  /** Assumed, as it isn't known what carries the streams. */
  readonly losesOnClose = true;
  readonly #streams: ByteStreams;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #closed: Promise<void> | null = null;

  /** Locks both streams. */
  constructor(streams: ByteStreams) {
    this.#streams = streams;
    this.#reader = streams.readable.getReader();
    this.#writer = streams.writable.getWriter();
    // These promises reject together with read() and write(), which are awaited.
    this.#reader.closed.catch(() => {});
    this.#writer.closed.catch(() => {});
    this.#writer.ready.catch(() => {});
  }

  async receive(decoder: FrameDecoder): Promise<Message[] | null> {
    const { done, value } = await this.#reader.read();
    return done ? null : decoder.push(value);
  }

  async send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const piece = bytes.subarray(0, PIECE_LEN);
    const { length } = piece;
    await this.#writer.write(piece);
    return length;
  }

  closeWrite(): Promise<void> {
    return this.#writer.close();
  }

  close(): Promise<void> {
    return this.#closed ??= releaseStreams(
      this.#reader,
      this.#writer,
      () => this.#release(),
    );
  }

  async #release(): Promise<void> {
    try {
      await this.#streams.close?.();
    } catch (error) {
      // The streams of a Deno.Conn close it when they end, so it may be closed
      // already.
      if (!(error instanceof BadResource)) throw error;
    }
  }

  // There is no way to set whether a stream keeps the program alive.
  ref(): void {}
  unref(): void {}
}
