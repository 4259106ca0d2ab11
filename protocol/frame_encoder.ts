import { TransferredBody } from "./body.ts";
import { checkBodyLen, type ResolvedStreamConfig } from "./config.ts";
import type { RpcError } from "./error.ts";
import { FRAME_HEAD_LEN, HEADER_LEN } from "./header.ts";
import type { Message } from "./message.ts";
import { NO_BYTES, NO_VIEW } from "./short_bodies.ts";
import { writeBuffers } from "./write_buffers.ts";

/** A buffer starts small, for what is written seldom, and grows under load. */
const MIN_BUFFER = 4096;
const BUFFER_GROWTH = 4;
/** A buffer is larger than needed if less than this part was filled, this many times in a row. */
const LITTLE_FILLED = 1 / 16;
const TIMES_TO_SHRINK = 256;

/** A body of this length or more isn't copied: it becomes a chunk of its own. 256 KiB, as measured. */
export const DIRECT_BODY_LEN: number = 256 * 1024;

/** The largest message that is copied fits. */
const MAX_BUFFER = FRAME_HEAD_LEN + DIRECT_BODY_LEN;

/** Bytes to be written, in order. */
export interface FrameChunk {
  /** The bytes that are still to be written. */
  bytes: Uint8Array<ArrayBuffer>;
  /** How many there are to be: the head that goes first says so. */
  length: number;
  /** The whole buffer, to be given back to `writeBuffers`; null where the bytes are a body. */
  readonly buffer: Uint8Array<ArrayBuffer> | null;
  /** Whether it is a body whose buffer the sender has given away. */
  readonly given: boolean;
  /** What waits for a body that wasn't copied. */
  settle: ((error?: RpcError) => void) | undefined;
}

/**
 * Turns messages into chunks of bytes, with no I/O of its own. Small messages
 * are copied one behind the other into one buffer; a large body follows its
 * head as a chunk of its own.
 */
export class FrameEncoder {
  readonly #maxBodyLen: number;
  readonly #little: boolean;
  readonly #recycles: boolean;
  #bufferSize = MIN_BUFFER;
  /** Empty where nothing waits to be written. */
  #buffer = NO_BYTES;
  #view = NO_VIEW;
  #pos = 0;
  #littleFilled = 0;
  #chunks: FrameChunk[] = [];

  /**
   * Makes an encoder with a checked configuration.
   *
   * @param recycles Whether written buffers come back; else each is as long as what it is for.
   */
  constructor(config: ResolvedStreamConfig, recycles = true) {
    this.#maxBodyLen = config.maxBodyLenWrite;
    this.#little = config.littleEndian;
    this.#recycles = recycles;
  }

  /** The error that sending a message gives for its size, or null. */
  check(message: Message): RpcError | null {
    return checkBodyLen(message, this.#maxBodyLen);
  }

  /** Whether there are no bytes to write. */
  get empty(): boolean {
    return this.#pos === 0 && this.#chunks.length === 0;
  }

  /** Whether `push` copies the body of a message. */
  copies(message: Message): boolean {
    return message.body.data.length < DIRECT_BODY_LEN;
  }

  /**
   * Adds a message.
   *
   * @param settle Called by the writer when a body that isn't copied is no longer needed.
   * @returns The chunk that is the body, if it isn't copied.
   */
  push(
    message: Message,
    settle?: (error?: RpcError) => void,
  ): FrameChunk | null {
    const { header, body: { data } } = message;
    // As `copies` says, without taking the data again.
    const direct = data.length >= DIRECT_BODY_LEN;
    this.#reserve(direct ? FRAME_HEAD_LEN : FRAME_HEAD_LEN + data.length);
    const pos = this.#pos;
    const view = this.#view;
    const little = this.#little;
    view.setUint32(pos, HEADER_LEN + data.length, little);
    view.setUint32(pos + 4, header.type, little);
    view.setUint32(pos + 8, header.requestId, little);
    view.setInt32(pos + 12, header.serviceId, little);
    this.#pos = pos + FRAME_HEAD_LEN;
    if (direct) {
      this.#closeBuffer();
      const chunk = {
        bytes: data,
        length: data.length,
        buffer: null,
        given: message.body instanceof TransferredBody,
        settle,
      };
      this.#chunks.push(chunk);
      return chunk;
    }
    this.#buffer.set(data, this.#pos);
    this.#pos += data.length;
    return null;
  }

  /** Takes all chunks that are to be written. */
  take(): FrameChunk[] {
    this.#closeBuffer();
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  #reserve(length: number): void {
    if (this.#buffer.length - this.#pos >= length) return;
    if (!this.#recycles && this.#pos === 0) {
      this.#bufferSize = MIN_BUFFER;
      return this.#setBuffer(new Uint8Array(length));
    }
    // It has filled one buffer since the last write, or one message needs more.
    let size = this.#pos > 0
      ? this.#bufferSize * BUFFER_GROWTH
      : this.#bufferSize;
    while (size < length) size *= BUFFER_GROWTH;
    this.#bufferSize = Math.min(size, MAX_BUFFER);
    this.#closeBuffer();
    this.#setBuffer(writeBuffers.take(this.#bufferSize));
  }

  #setBuffer(buffer: Uint8Array<ArrayBuffer>): void {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer);
  }

  #closeBuffer(): void {
    if (this.#pos === 0) return;
    this.#shrink();
    this.#chunks.push({
      bytes: this.#buffer.subarray(0, this.#pos),
      buffer: this.#buffer,
      length: this.#pos,
      given: false,
      settle: undefined,
    });
    this.#buffer = NO_BYTES;
    this.#view = NO_VIEW;
    this.#pos = 0;
  }

  #shrink(): void {
    const little = this.#pos < this.#buffer.length * LITTLE_FILLED;
    this.#littleFilled = little ? this.#littleFilled + 1 : 0;
    if (this.#littleFilled < TIMES_TO_SHRINK) return;
    this.#littleFilled = 0;
    this.#bufferSize = Math.max(
      Math.floor(this.#bufferSize / BUFFER_GROWTH),
      MIN_BUFFER,
    );
  }
}
