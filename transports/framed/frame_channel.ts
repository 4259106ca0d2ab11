import { StreamBody } from "../../protocol/body.ts";
import type { ResolvedStreamConfig } from "../../protocol/config.ts";
import { RpcError } from "../../protocol/error.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import {
  detachChunk,
  type FrameChunk,
  FrameEncoder,
} from "../../protocol/frame_encoder.ts";
import type { MessageHeader } from "../../protocol/header.ts";
import { Message } from "../../protocol/message.ts";
import type { Channel } from "../channel.ts";
import type { ByteIo } from "./byte_io.ts";
import { toRpcError } from "../../internal/io_error.ts";

/** Pieces in which the body of a large response is copied and written. */
const STAGE_LEN = 256 * 1024;

/** Messages over a duplex of bytes. */
export class FrameChannel implements Channel<StreamBody> {
  readonly #io: ByteIo;
  readonly #decoder: FrameDecoder;
  readonly #encoder: FrameEncoder;
  /** What the write under way has taken. */
  #writing: FrameChunk[] = [];
  #staging: Uint8Array<ArrayBuffer> | null = null;
  written = 0;
  onPartial: (() => void) | null = null;
  /** Never called: `check` refuses what can't be framed. */
  onRefused: ((header: MessageHeader, error: RpcError) => void) | null = null;

  /** Frames what goes over `io`. */
  constructor(io: ByteIo, config: ResolvedStreamConfig) {
    this.#io = io;
    this.#decoder = new FrameDecoder(config);
    this.#encoder = new FrameEncoder(config, !io.keepsBytes);
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
    return this.#io.keepsBytes || this.#encoder.copies(message);
  }

  push(message: Message, settle?: (error?: RpcError) => void): void {
    if (!this.#io.keepsBytes || this.#encoder.copies(message)) {
      return this.#encoder.push(message, settle);
    }
    const body = new StreamBody(message.body.data.slice());
    this.#encoder.push(new Message(message.header, body));
  }

  get empty(): boolean {
    return this.#encoder.empty;
  }

  detach(): void {
    this.#writing.forEach(detachChunk);
    this.#encoder.detach();
  }

  async write(): Promise<void> {
    const chunks = this.#writing = this.#encoder.take();
    let sent = 0;
    try {
      for (; sent < chunks.length; sent++) await this.#send(chunks[sent]!);
    } catch (error) {
      const rpcError = toRpcError(error);
      for (; sent < chunks.length; sent++) settle(chunks[sent]!, rpcError);
      throw rpcError;
    } finally {
      this.#writing = [];
    }
  }

  async #send(chunk: FrameChunk): Promise<void> {
    checkAttached(chunk);
    if (chunk.staged) return await this.#sendStaged(chunk);
    await this.#sendAll(chunk.bytes);
    const { buffer } = chunk;
    if (buffer !== null && !this.#io.keepsBytes) this.#encoder.recycle(buffer);
    settle(chunk);
  }

  async #sendStaged(chunk: FrameChunk): Promise<void> {
    for (let left = chunk.bytes.length; left > 0;) {
      checkAttached(chunk);
      const part = chunk.bytes.subarray(0, STAGE_LEN);
      const piece = this.#stage(part);
      left -= part.length;
      chunk.bytes = chunk.bytes.subarray(part.length);
      if (left === 0) settle(chunk);
      await this.#sendAll(piece);
    }
  }

  #stage(part: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    // Then the body has been copied already.
    if (this.#io.keepsBytes) return part;
    this.#staging ??= new Uint8Array(STAGE_LEN);
    this.#staging.set(part);
    return this.#staging.subarray(0, part.length);
  }

  async #sendAll(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    let rest = bytes;
    for (;;) {
      const n = await this.#io.send(rest);
      this.written += n;
      if (n === rest.length) return;
      rest = rest.subarray(n);
    }
  }

  closeWrite(): Promise<void> {
    return this.#io.closeWrite();
  }

  close(): void | Promise<void> {
    return this.#io.close();
  }
}

/** The head that is written already has promised these bytes. */
function checkAttached({ bytes }: FrameChunk): void {
  if (!bytes.buffer.detached) return;
  throw new RpcError(
    "connection-aborted",
    "A body was disposed or transferred before its send had resolved, and the rest of its message is missing",
    { fatal: true },
  );
}

/** Settles what waits for a chunk, once. */
function settle(chunk: FrameChunk, error?: RpcError): void {
  const { settle } = chunk;
  chunk.settle = undefined;
  settle?.(error);
}
