import { resolveStreamConfig, type StreamConfig } from "./config.ts";
import { FrameEncoder } from "./frame_encoder.ts";
import { MessageHeader } from "./header.ts";
import type { Message } from "./message.ts";

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
