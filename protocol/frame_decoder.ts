import { concat } from "@std/bytes";
import { StreamBody } from "./body.ts";
import { BodyPool, PooledBody } from "./body_pool.ts";
import type { ResolvedStreamConfig } from "./config.ts";
import { RpcError } from "./error.ts";
import {
  HEADER_LEN,
  invalidMessageType,
  MessageHeader,
  messageTooShort,
} from "./header.ts";
import { Message } from "./message.ts";
import { MAX_MESSAGE_TYPE, type MessageType } from "./message_type.ts";

/** Length and header: what is needed to judge a frame. */
const HEAD_LEN = 4 + HEADER_LEN;

/** A slab starts small, for the many idle connections, and grows under load. */
const MIN_SLAB = 4096;
const MAX_SLAB = 256 * 1024;
const SLAB_GROWTH = 4;
/** A slab that lasted for more reads than this was larger than needed. */
const READS_TO_SHRINK = 256;

/** A claimed body gets this much room at first, and then `BODY_GROWTH` times what has arrived. */
const FIRST_BODY_CAPACITY = 64 * 1024;
const BODY_GROWTH = 64;

/**
 * Turns bytes into messages, with no I/O of its own. It is fed in one of two
 * ways: read into `space()` and `commit(n)`, or `push(chunk)`.
 *
 * Bodies are views of the slab that was read into; a slab is never rewritten. A
 * frame that doesn't fit into what is left of a slab gets a buffer of its own,
 * which grows with the bytes that arrive and not with the length they claim.
 *
 * After a bad frame `error` is set, and further bytes are ignored; the messages
 * in front of it are delivered.
 */
export class FrameDecoder {
  readonly #maxBodyLen: number;
  readonly #little: boolean;

  #slab = new Uint8Array(0);
  #view = new DataView(this.#slab.buffer);
  /** The first byte in the slab that is not delivered yet. */
  #start = 0;
  /** The first byte in the slab that has not been read into. */
  #end = 0;
  #slabSize = MIN_SLAB;
  #slabReads = 0;
  /** Whether the slab is a chunk that was pushed, so that nothing can be read into it. */
  #pushed = false;
  /** Whether the pending frame has to move, since it doesn't fit into the slab. */
  #outgrown = false;

  /** The frame whose body has a buffer of its own, while it is incomplete. */
  #header: MessageHeader | null = null;
  #body = new Uint8Array(0);
  #bodyLen = 0;
  #bodyFilled = 0;
  readonly #pool = new BodyPool();

  /** Bytes taken so far. */
  received = 0;
  /** The fatal error that ended decoding, or null. */
  error: RpcError | null = null;

  /** Makes a decoder with a checked configuration. */
  constructor(config: ResolvedStreamConfig) {
    this.#maxBodyLen = config.maxBodyLenRead;
    this.#little = config.littleEndian;
  }

  /** Whether a message has begun and is not complete. */
  get partial(): boolean {
    return this.#header !== null || this.#start < this.#end;
  }

  /** Where the next read goes; never empty. */
  space(): Uint8Array<ArrayBuffer> {
    if (this.#header !== null) {
      this.#growBody();
      return this.#body.subarray(this.#bodyFilled);
    }
    const length = this.#slab.length;
    const pending = this.#end - this.#start;
    // A frame that fits stays, if it would be much to copy.
    const small = pending <= length / 8;
    if (this.#outgrown || (small && length - this.#end < length / 4 + 1)) {
      this.#newSlab();
    }
    return this.#end === 0 ? this.#slab : this.#slab.subarray(this.#end);
  }

  /** Takes note of `n` bytes that were read into `space()`; gives the messages they completed. */
  commit(n: number): Message[] {
    const messages: Message[] = [];
    this.received += n;
    if (this.error !== null) return messages;
    if (this.#header !== null) {
      this.#bodyFilled += n;
      this.#finishBody(messages);
      return messages;
    }
    const space = this.#slab.length - this.#end;
    if (n === space && n >= this.#slab.length / 2) {
      this.#slabSize = Math.min(this.#slabSize * SLAB_GROWTH, MAX_SLAB);
    }
    this.#slabReads++;
    this.#end += n;
    this.#parse(messages);
    return messages;
  }

  /** Takes a chunk that belongs to the decoder from now on; gives the messages it completed. */
  push(chunk: Uint8Array<ArrayBuffer>): Message[] {
    const messages: Message[] = [];
    this.received += chunk.length;
    if (this.error !== null) return messages;
    let from = 0;
    while (this.#header !== null && from < chunk.length) {
      this.#growBody();
      const part = chunk.subarray(
        from,
        from + this.#body.length - this.#bodyFilled,
      );
      this.#body.set(part, this.#bodyFilled);
      this.#bodyFilled += part.length;
      from += part.length;
      this.#finishBody(messages);
    }
    if (from === chunk.length) return messages;
    const rest = from === 0 ? chunk : chunk.subarray(from);
    const pending = this.#slab.subarray(this.#start, this.#end);
    this.#setSlab(pending.length === 0 ? rest : concat([pending, rest]));
    this.#end = this.#slab.length;
    this.#pushed = true;
    this.#parse(messages);
    return messages;
  }

  /** To be called when no more bytes will come: the error of a message cut off, or null. */
  end(): RpcError | null {
    if (this.error !== null) return this.error;
    if (!this.partial) return null;
    const got = this.#header !== null
      ? HEAD_LEN + this.#bodyFilled
      : this.#end - this.#start;
    this.error = new RpcError(
      "connection-aborted",
      `The connection ended inside a message, ${got} bytes after its start`,
      { fatal: true, side: "remote", actual: got },
    );
    return this.error;
  }

  #setSlab(slab: Uint8Array<ArrayBuffer>): void {
    this.#slab = slab;
    this.#view = new DataView(slab.buffer, slab.byteOffset, slab.byteLength);
    this.#start = 0;
    this.#slabReads = 0;
    this.#pushed = false;
    this.#outgrown = false;
  }

  #newSlab(): void {
    if (this.#slabReads > READS_TO_SHRINK) {
      this.#slabSize = Math.max(this.#slabSize / SLAB_GROWTH, MIN_SLAB);
    }
    const pending = this.#slab.subarray(this.#start, this.#end);
    this.#setSlab(new Uint8Array(this.#slabSize));
    this.#slab.set(pending);
    this.#end = pending.length;
  }

  #parse(messages: Message[]): void {
    const slab = this.#slab;
    const view = this.#view;
    const little = this.#little;
    const end = this.#end;
    let pos = this.#start;
    while (end - pos >= HEAD_LEN) {
      const length = view.getUint32(pos, little);
      const type = view.getUint32(pos + 4, little);
      if (
        length < HEADER_LEN || length - HEADER_LEN > this.#maxBodyLen ||
        type > MAX_MESSAGE_TYPE
      ) {
        this.#fail(length, type);
        pos = end;
        break;
      }
      const header = new MessageHeader(
        type as MessageType,
        view.getUint32(pos + 8, little),
        view.getInt32(pos + 12, little),
      );
      const bodyStart = pos + HEAD_LEN;
      const frameEnd = pos + 4 + length;
      if (frameEnd <= end) {
        const body = new StreamBody(slab.subarray(bodyStart, frameEnd));
        messages.push(new Message(header, body));
        pos = frameEnd;
        continue;
      }
      // A small frame moves to the next slab, so that one read goes on to take
      // many frames; where the slab is a pushed chunk there is no next one.
      if (frameEnd > slab.length) {
        this.#outgrown = !this.#pushed && length <= this.#slabSize / 8;
        if (!this.#outgrown) {
          this.#startBody(header, slab.subarray(bodyStart, end), length);
          pos = end;
        }
      }
      break;
    }
    this.#start = pos;
  }

  #startBody(header: MessageHeader, part: Uint8Array, length: number): void {
    this.#header = header;
    this.#bodyLen = length - HEADER_LEN;
    this.#bodyFilled = 0;
    const pooled = this.#pool.take(this.#bodyLen);
    this.#body = pooled === null
      ? new Uint8Array(this.#capacityFor(part.length))
      : new Uint8Array(pooled, 0, this.#bodyLen);
    this.#body.set(part);
    this.#bodyFilled = part.length;
  }

  #capacityFor(filled: number): number {
    return Math.min(
      this.#bodyLen,
      Math.max(FIRST_BODY_CAPACITY, filled * BODY_GROWTH),
    );
  }

  #growBody(): void {
    if (this.#bodyFilled < this.#body.length) return;
    const body = new Uint8Array(this.#capacityFor(this.#bodyFilled));
    body.set(this.#body);
    this.#body = body;
  }

  #finishBody(messages: Message[]): void {
    if (this.#bodyFilled < this.#bodyLen) return;
    const body = new PooledBody(this.#body, this.#pool);
    messages.push(new Message(this.#header!, body));
    this.#header = null;
    this.#body = new Uint8Array(0);
  }

  #fail(length: number, type: number): void {
    if (length < HEADER_LEN) this.error = messageTooShort(length);
    else if (length - HEADER_LEN > this.#maxBodyLen) {
      this.error = this.#payloadTooLarge(length);
    } else this.error = invalidMessageType(type);
  }

  #payloadTooLarge(length: number): RpcError {
    const limit = this.#maxBodyLen;
    const actual = length - HEADER_LEN;
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, length, this.#little);
    const swapped = view.getUint32(0, !this.#little);
    let message =
      `A body of ${actual} bytes is over maxBodyLenRead, which is ${limit}`;
    if (swapped >= HEADER_LEN && swapped - HEADER_LEN <= limit) {
      const other = this.#little ? "big" : "little";
      message += `; in the other byte order it would have ${
        swapped - HEADER_LEN
      } bytes: the other side may be using endian "${other}"`;
    }
    return new RpcError("payload-too-large", message, {
      fatal: true,
      side: "remote",
      limit,
      actual,
    });
  }
}
