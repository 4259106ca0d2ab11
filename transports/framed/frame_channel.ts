import { StreamBody, TransferredBody } from "../../protocol/body.ts";
import type { ResolvedStreamConfig } from "../../protocol/config.ts";
import type { RpcError } from "../../protocol/error.ts";
import { FrameDecoder } from "../../protocol/frame_decoder.ts";
import { type FrameChunk, FrameEncoder } from "../../protocol/frame_encoder.ts";
import { Message } from "../../protocol/message.ts";
import type { Channel, ChannelEvents } from "../channel.ts";
import { changedBody } from "../channel_errors.ts";
import type { ByteIo } from "./byte_io.ts";
import { toRpcError } from "../../internal/errors.ts";
import { writeBuffers } from "../../protocol/write_buffers.ts";

/**
 * The length of the pieces in which a detachable body is copied and written. With 64 KiB
 * or 1 MiB an echo of 1 MiB has 0.7 to 0.9 of the rate.
 */
const STAGE_LEN = 256 * 1024;

/**
 * How many messages are made of what was read before they are handed on. A slab
 * holds 16,000 small ones. Making all of them takes 4 ms, and objects that outlive
 * a turn of the event loop are costly for the garbage collector.
 */
const MAX_BATCH = 1024;

/**
 * So many microtasks after a message the answer to it is written, in most programs: it
 * takes 2 for a caller and 3 for a handler, and some for their own async functions. A
 * turn of the event loop would be sure, but takes four times as long as these.
 */
const ANSWER_STEPS = 8;

/** Messages over a duplex of bytes. */
export class FrameChannel implements Channel<StreamBody> {
  readonly #io: ByteIo;
  readonly #decoder: FrameDecoder;
  readonly #encoder: FrameEncoder;
  /**
   * The bodies that `detach` may copy. They are written in pieces through a buffer
   * of this thread's, so that a pending write never uses the body itself.
   */
  #detachable: Set<FrameChunk> | null = null;
  #events: ChannelEvents | null = null;
  written = 0;

  /** Frames what goes over `io`. */
  constructor(io: ByteIo, config: ResolvedStreamConfig) {
    this.#io = io;
    const { maxBatch = MAX_BATCH, foreignProtocol } = io;
    this.#decoder = new FrameDecoder(config, maxBatch, foreignProtocol);
    this.#encoder = new FrameEncoder(config, !io.keepsBytes);
  }

  attach(events: ChannelEvents): void {
    this.#events = events;
  }

  get losesOnClose(): boolean {
    return this.#io.losesOnClose;
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
    // The previous call has delivered the messages before a bad frame.
    if (decoder.error !== null) throw decoder.error;
    if (decoder.hasNext) return decoder.next();
    if (decoder.partial) this.#events?.onPartial();
    // New memory of 64 KiB takes 6 us and more. What answers the last messages is
    // written before, so that the other side gets it sooner.
    if (decoder.takesMemory) {
      for (let i = 0; i < ANSWER_STEPS; i++) await null;
    }
    let messages: Message[] | null;
    try {
      messages = await this.#io.receive(decoder);
    } catch (error) {
      // A server of another protocol may answer in that protocol and then break the
      // connection.
      throw toRpcError(error, decoder.foreign());
    }
    if (messages !== null) return messages;
    const error = decoder.end();
    if (error !== null) throw error;
    return null;
  }

  copies(message: Message): boolean {
    return this.#io.keepsBytes || this.#encoder.copies(message) ||
      this.#isGiven(message);
  }

  /** Whether the sender has given its body away, so that nobody waits for it to be settled. */
  #isGiven({ body }: Message): boolean {
    return body instanceof TransferredBody && this.#io.give !== undefined;
  }

  push(
    message: Message,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void {
    if (!this.#io.keepsBytes) {
      const chunk = this.#encoder.push(message, settle);
      // Most are copied.
      if (chunk === null || !detachable || this.#isGiven(message)) return;
      (this.#detachable ??= new Set()).add(chunk);
      return;
    }
    if (this.#encoder.copies(message) || this.#isGiven(message)) {
      this.#encoder.push(message);
      return;
    }
    const body = new StreamBody(message.body.data.slice());
    this.#encoder.push(new Message(message.header, body));
  }

  get empty(): boolean {
    return this.#encoder.empty;
  }

  detach(): void {
    for (const chunk of this.#detachable ?? []) {
      // A body that was transferred or shrunk is left in place: writing it fails,
      // which ends the connection.
      if (chunk.settle === undefined || !isIntact(chunk)) continue;
      chunk.bytes = chunk.bytes.slice();
      settle(chunk);
    }
  }

  async write(): Promise<void> {
    const chunks = this.#encoder.take();
    let sent = 0;
    try {
      for (; sent < chunks.length; sent++) await this.#send(chunks[sent]!);
    } catch (error) {
      const rpcError = toRpcError(error);
      for (; sent < chunks.length; sent++) settle(chunks[sent]!, rpcError);
      this.#detachable = null;
      throw rpcError;
    }
  }

  async #send(chunk: FrameChunk): Promise<void> {
    checkIntact(chunk);
    if (this.#detachable?.has(chunk)) return await this.#sendStaged(chunk);
    if (chunk.given && this.#io.give !== undefined) {
      await this.#io.give(chunk.bytes);
      this.written += chunk.length;
      return;
    }
    await this.#sendAll(chunk.bytes);
    const { buffer } = chunk;
    if (buffer !== null && !this.#io.keepsBytes) writeBuffers.give(buffer);
    settle(chunk);
  }

  async #sendStaged(chunk: FrameChunk): Promise<void> {
    const buffer = writeBuffers.take(STAGE_LEN);
    while (chunk.length > 0) {
      checkIntact(chunk);
      const part = chunk.bytes.subarray(0, STAGE_LEN);
      buffer.set(part);
      const piece = buffer.subarray(0, part.length);
      chunk.length -= part.length;
      chunk.bytes = chunk.bytes.subarray(part.length);
      if (chunk.length === 0) {
        this.#detachable?.delete(chunk);
        settle(chunk);
      }
      await this.#sendAll(piece);
    }
    writeBuffers.give(buffer);
  }

  async #sendAll(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    let rest = bytes;
    for (let left = bytes.length;;) {
      const n = await this.#io.send(rest);
      this.written += n;
      left -= n;
      if (left === 0) return;
      if (rest.length !== left + n) throw changedBody();
      rest = rest.subarray(n);
    }
  }

  closeWrite(): Promise<void> {
    return this.#io.closeWrite();
  }

  close(): void | Promise<void> {
    return this.#io.close();
  }

  abort(): void {
    this.#io.abort?.();
  }
}

/** Whether its bytes are all still there. */
function isIntact({ bytes, length }: FrameChunk): boolean {
  return bytes.length === length;
}

/**
 * Throws if bytes are missing: the head, which may be written already, announces
 * them.
 */
function checkIntact(chunk: FrameChunk): void {
  if (!isIntact(chunk)) throw changedBody();
}

/** Settles a chunk, once. */
function settle(chunk: FrameChunk, error?: RpcError): void {
  const { settle } = chunk;
  chunk.settle = undefined;
  settle?.(error);
}
