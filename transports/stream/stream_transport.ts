import type { StreamConfig } from "../../protocol/config.ts";
import { FramedTransport } from "../framed/framed_transport.ts";
import { type ByteStreams, StreamIo } from "./stream_io.ts";

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
    super(new StreamIo(streams), (options.info ?? null) as I, options);
  }
}
