import type { StreamBody } from "../../protocol/body.ts";
import type { ResolvedStreamConfig } from "../../protocol/config.ts";
import type { RpcError } from "../../protocol/error.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { type FrameChunk, FrameEncoder } from "../../protocol/frame_encoder.ts";
import type { Message } from "../../protocol/message.ts";
import type { Channel } from "../channel.ts";
import type { ByteIo } from "./byte_io.ts";
import { toRpcError } from "./io_error.ts";

/** Messages over a duplex of bytes. */
export class FrameChannel implements Channel<StreamBody> {
  readonly #io: ByteIo;
  readonly #decoder: FrameDecoder;
  readonly #encoder: FrameEncoder;
  written = 0;
  onPartial: (() => void) | null = null;

  /** Frames what goes over `io`. */
  constructor(io: ByteIo, config: ResolvedStreamConfig) {
    this.#io = io;
    this.#decoder = new FrameDecoder(config);
    this.#encoder = new FrameEncoder(config);
  }

  get partial(): boolean {
    return this.#decoder.partial;
  }

  get received(): number {
    return this.#decoder.received;
  }

  check(message: Message): RpcError | null {
    return this.#encoder.check(message);
  }

  async read(): Promise<Message[] | null> {
    const decoder = this.#decoder;
    for (;;) {
      // Messages in front of a bad frame were delivered by the call before.
      if (decoder.error !== null) throw decoder.error;
      if (decoder.partial) this.onPartial?.();
      let messages: Message[] | null;
      try {
        messages = await this.#io.receive(decoder);
      } catch (error) {
        throw toRpcError(error);
      }
      if (messages === null) {
        const error = decoder.end();
        if (error !== null) throw error;
        return null;
      }
      if (messages.length > 0) return messages;
    }
  }

  copies(message: Message): boolean {
    return this.#encoder.copies(message);
  }

  push(message: Message, settle?: (error?: RpcError) => void): void {
    this.#encoder.push(message, settle);
  }

  get empty(): boolean {
    return this.#encoder.empty;
  }

  async write(): Promise<void> {
    const chunks = this.#encoder.take();
    let sent = 0;
    try {
      for (; sent < chunks.length; sent++) await this.#send(chunks[sent]!);
    } catch (error) {
      const rpcError = toRpcError(error);
      for (; sent < chunks.length; sent++) chunks[sent]!.settle?.(rpcError);
      throw rpcError;
    }
  }

  async #send({ bytes, buffer, settle }: FrameChunk): Promise<void> {
    let rest = bytes;
    for (;;) {
      const n = await this.#io.send(rest);
      this.written += n;
      if (n === rest.length) break;
      rest = rest.subarray(n);
    }
    if (buffer !== null && !this.#io.keepsBytes) this.#encoder.recycle(buffer);
    settle?.();
  }

  closeWrite(): Promise<void> {
    return this.#io.closeWrite();
  }

  close(): void | Promise<void> {
    return this.#io.close();
  }
}
