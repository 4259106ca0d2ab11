import { resolveStreamConfig, type StreamConfig } from "./config.ts";
import { foreignProtocol } from "./foreign_protocol.ts";
import { FrameDecoder } from "./frame_decoder.ts";
import { RpcError } from "./error.ts";
import type { Message } from "./message.ts";
import { FrameEncoder } from "./frame_encoder.ts";
import { MessageHeader } from "./header.ts";

/**
 * Like a TransformStream, from the bytes of a byte stream to its messages, one at a
 * time. For looking at traffic, or for a protocol of your own on top of the
 * framing; the Peer itself works on batches.
 *
 * - Order: as on the wire.
 * - Backpressure: as any TransformStream. The chunks written to it belong to it:
 *   bodies are views of them.
 * - Closing: closing the writable side inside a message errors the readable side
 *   with `connection-aborted`.
 *
 * The readable side errors with an {@linkcode RpcError} `message-too-short`,
 * `payload-too-large` or `invalid-message-type` after the messages in front of
 * the bad one. Where the stream begins with HTTP, TLS, SSH or other text, the
 * message of the error says so.
 *
 * @example Bytes to messages
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MessageDecoderStream } from "jsr:@fizyr/rpc";
 *
 * const bytes = Uint8Array.of(14, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 72, 105);
 * const messages = ReadableStream.from([bytes.slice(0, 9), bytes.slice(9)])
 *   .pipeThrough(new MessageDecoderStream());
 * for await (const message of messages) {
 *   assertEquals(message.header.requestId, 7);
 *   assertEquals(message.text(), "Hi");
 * }
 * ```
 */
export class MessageDecoderStream
  implements TransformStream<Uint8Array<ArrayBuffer>, Message> {
  /** Where the messages come out. */
  readonly readable: ReadableStream<Message>;
  /** Where the bytes go in. */
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;

  /**
   * Makes the stream.
   *
   * @param config `maxBodyLenRead` and `endian` are used.
   * @throws {RangeError} If a limit is out of its range.
   */
  constructor(config?: StreamConfig) {
    const decoder = new FrameDecoder(
      resolveStreamConfig(config),
      Infinity,
      foreignProtocol,
    );
    // An error of a TransformStream throws away what is queued in front of it,
    // so it goes through the queue and becomes an error behind it.
    const framing = new TransformStream<
      Uint8Array<ArrayBuffer>,
      Message | RpcError
    >({
      transform(chunk, controller): void {
        if (decoder.error) return;
        for (const message of decoder.push(chunk)) controller.enqueue(message);
        if (decoder.error) controller.enqueue(decoder.error);
      },
      flush(controller): void {
        if (decoder.error) return;
        const error = decoder.end();
        if (error) controller.enqueue(error);
      },
    });
    this.writable = framing.writable;
    const reader = framing.readable.getReader();
    this.readable = new ReadableStream({
      async pull(controller): Promise<void> {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else if (value instanceof RpcError) {
          controller.error(value);
          await reader.cancel(value);
        } else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
  }
}

/**
 * Like a TransformStream, from messages to the bytes of a byte stream. A body of
 * 256 KiB and more is passed on as a chunk of its own, without a copy.
 *
 * - Order: as written.
 * - Backpressure: as any TransformStream.
 * - Closing: closing the writable side closes the readable side.
 *
 * Writing a body over `maxBodyLenWrite` errors the stream with
 * `payload-too-large`, and a header out of range with a RangeError.
 *
 * @example Messages to bytes
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { Message, MessageEncoderStream, MessageHeader, MessageType, StreamBody } from "jsr:@fizyr/rpc";
 *
 * const message = new Message(new MessageHeader(MessageType.Stream, 0, 3), new StreamBody("Hi"));
 * const chunks = ReadableStream.from([message]).pipeThrough(new MessageEncoderStream());
 * assertEquals((await new Response(chunks).bytes()).length, 4 + 12 + 2);
 * ```
 */
export class MessageEncoderStream
  implements TransformStream<Message, Uint8Array<ArrayBuffer>> {
  /** Where the bytes come out. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Where the messages go in. */
  readonly writable: WritableStream<Message>;

  /**
   * Makes the stream.
   *
   * @param config `maxBodyLenWrite` and `endian` are used.
   * @throws {RangeError} If a limit is out of its range.
   */
  constructor(config?: StreamConfig) {
    const encoder = new FrameEncoder(resolveStreamConfig(config), false);
    const framing = new TransformStream<Message, Uint8Array<ArrayBuffer>>({
      transform(message, controller): void {
        const error = encoder.check(message);
        if (error) throw error;
        // The header comes from outside here: this checks its fields.
        MessageHeader.encode(message.header);
        encoder.push(message);
        for (const chunk of encoder.take()) controller.enqueue(chunk.bytes);
      },
    });
    this.readable = framing.readable;
    this.writable = framing.writable;
  }
}
