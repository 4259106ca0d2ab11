import { CheckedStreamBody } from "./body.ts";
import { BodyPool, LargeBody, PooledBody } from "./large_body.ts";
import type { ResolvedStreamConfig } from "./config.ts";
import type { RpcError } from "./error.ts";
import type { ForeignProtocol } from "./foreign_protocol.ts";
import { cutOff, frameError } from "./frame_error.ts";
import {
  FRAME_HEAD_LEN,
  HEADER_LEN,
  MAX_MESSAGE_TYPE,
  MessageHeader,
  type MessageType,
} from "./header.ts";
import { Message } from "./message.ts";
import { NO_BYTES, NO_VIEW } from "./short_bodies.ts";

/**
 * A slab starts small and grows under load: an idle connection keeps it, as a read into
 * it is under way.
 */
const MIN_SLAB = 1024;
const MAX_SLAB = 256 * 1024;
const SLAB_GROWTH = 4;
/** Up to this length, one read that fills a slab makes the next one larger; then so many in a row. */
const QUICK_GROWTH = 64 * 1024;
const READS_TO_GROW = 4;
const LINE_FEED = 0x0a;
/** A slab is larger than needed if reads bring less than this part of it, this many times in a row. */
const LITTLE_READ = 1 / 16;
const READS_TO_SHRINK = 8;
/** Frames of one length that come one by one are read into slabs of that length, if it is in this range. */
const MIN_EXACT = 4096;
const MAX_EXACT = FRAME_HEAD_LEN + 1024 * 1024;
/**
 * Such a slab is longer by this. Where a read fills its room there may be more, and the
 * next one begins with a system call that finds nothing.
 */
const SPARE = 1;

/**
 * Turns bytes into messages, with no I/O of its own. It is fed in one of two
 * ways: read into `space()` and `commit(n)`, or `push(chunk)`.
 *
 * Bodies are views of the slab that was read into; a slab is never rewritten. A
 * frame that doesn't fit into what is left of a slab gets a buffer of its own. If the
 * last frames came one by one and had one length, the next slab is for one of them: its
 * only body can give it back.
 *
 * After a bad frame `error` is set, and further bytes are ignored; the messages
 * in front of it are delivered.
 */
export class FrameDecoder {
  readonly #config: ResolvedStreamConfig;
  readonly #maxBatch: number;
  readonly #maxBodyLen: number;
  readonly #little: boolean;
  readonly #foreignProtocol: ForeignProtocol | null;

  #slab = NO_BYTES;
  #view = NO_VIEW;
  /** The first byte in the slab that is not delivered yet. */
  #start = 0;
  /** The first byte in the slab that has not been read into. */
  #end = 0;
  #slabSize = MIN_SLAB;
  /** How many reads in a row have filled a slab, and how many have brought little. */
  #fullReads = 0;
  #littleReads = 0;
  /** Whether the slab is a chunk that was pushed, so that nothing can be read into it. */
  #pushed = false;
  /** How long the last frame was, if it came alone; else 0. */
  #frameLen = 0;
  /** How long the frames of the next slabs are; 0 if frames don't come one by one, with one length. */
  #exactLen = 0;
  /** Whether the slab is for one such frame. */
  #exact = false;
  /** Whether the pending frame has to move, since it doesn't fit into the slab. */
  #outgrown = false;

  /** The body that has a buffer of its own, while it is incomplete. */
  #body: LargeBody | null = null;
  #bodyHeader: MessageHeader | null = null;
  readonly #pool = new BodyPool();
  /** How the connection begins, while its first message has such a body. */
  #beginning: Uint8Array<ArrayBuffer> | null = null;

  /** Bytes taken so far. */
  received = 0;
  #hasNext = false;
  /** The fatal error that ended decoding, or null. */
  error: RpcError | null = null;

  /**
   * Makes a decoder with a checked configuration.
   *
   * @param maxBatch So many messages come from a slab at once; `next` gives more.
   * @param foreignProtocol Explains a bad beginning, where the other side may speak
   * another protocol.
   */
  constructor(
    config: ResolvedStreamConfig,
    maxBatch = Infinity,
    foreignProtocol: ForeignProtocol | null = null,
  ) {
    this.#foreignProtocol = foreignProtocol;
    this.#maxBatch = maxBatch;
    this.#config = config;
    this.#maxBodyLen = config.maxBodyLenRead;
    this.#little = config.littleEndian;
  }

  /** Whether bytes are there of which `next` has to make messages first. */
  get hasNext(): boolean {
    return this.#hasNext;
  }

  /** Gives the messages of bytes that are there. */
  next(): Message[] {
    const messages: Message[] = [];
    this.#parse(messages);
    return messages;
  }

  /** Whether a message has begun and is not complete. */
  get partial(): boolean {
    return this.#body !== null || this.#start < this.#end;
  }

  /** Whether `space` takes memory for a large frame of which nothing has come yet. */
  get takesMemory(): boolean {
    return this.#exactLen > 0 && !this.partial && this.#needsSlab();
  }

  /** Where the next read goes; never empty. */
  space(): Uint8Array<ArrayBuffer> {
    if (this.#body !== null) return this.#body.space();
    if (this.#needsSlab()) this.#newSlab();
    return this.#end === 0 ? this.#slab : this.#slab.subarray(this.#end);
  }

  #needsSlab(): boolean {
    const length = this.#slab.length;
    const pending = this.#end - this.#start;
    // A frame that fits stays, if it would be much to copy. What moves has to fit into
    // the next slab, which may be much shorter than one for a frame of its own, and a
    // quarter of what slabs are now: so an eighth of both.
    const small = pending <= Math.min(length, this.#slabSize) / 8;
    return this.#outgrown || (small && length - this.#end < length / 4 + 1) ||
      (pending === 0 && this.#littleReads >= READS_TO_SHRINK);
  }

  /** Takes note of `n` bytes that were read into `space()`; gives the messages they completed. */
  commit(n: number): Message[] {
    const messages: Message[] = [];
    this.received += n;
    if (this.error !== null) return messages;
    if (this.#body !== null) {
      this.#body.filled += n;
      this.#finishBody(this.#body, messages);
      if (messages.length > 0) this.#takeNoteOf(messages);
      return messages;
    }
    const space = this.#slab.length - this.#end;
    if (n < space) this.#fullReads = 0;
    else if (n >= this.#slab.length / 2 && !this.#exact) {
      this.#fullReads++;
      if (this.#slabSize < QUICK_GROWTH || this.#fullReads >= READS_TO_GROW) {
        this.#slabSize = Math.min(this.#slabSize * SLAB_GROWTH, MAX_SLAB);
        this.#fullReads = 0;
      }
    }
    const little = n < this.#slabSize * LITTLE_READ && n > 0;
    this.#littleReads = little && this.#slabSize > MIN_SLAB
      ? this.#littleReads + 1
      : 0;
    this.#end += n;
    this.#parse(messages);
    if (messages.length > 0) this.#takeNoteOf(messages);
    return messages;
  }

  /** Takes a chunk that belongs to the decoder from now on; gives the messages it completed. */
  push(chunk: Uint8Array<ArrayBuffer>): Message[] {
    const messages: Message[] = [];
    this.received += chunk.length;
    if (this.error !== null) return messages;
    let from = 0;
    if (this.#body?.adopt(chunk)) {
      this.#finishBody(this.#body, messages);
      return messages;
    }
    while (this.#body !== null && from < chunk.length) {
      const space = this.#body.space();
      const part = chunk.subarray(from, from + space.length);
      space.set(part);
      this.#body.filled += part.length;
      from += part.length;
      this.#finishBody(this.#body, messages);
    }
    if (from === chunk.length) return messages;
    const rest = from === 0 ? chunk : chunk.subarray(from);
    const pending = this.#slab.subarray(this.#start, this.#end);
    this.#setSlab(pending.length === 0 ? rest : joined(pending, rest));
    this.#end = this.#slab.length;
    this.#pushed = true;
    this.#parse(messages);
    return messages;
  }

  /** To be called when no more bytes will come: the error of a message cut off, or null. */
  end(): RpcError | null {
    if (this.error !== null) return this.error;
    if (!this.partial) return null;
    const got = this.#body !== null
      ? FRAME_HEAD_LEN + this.#body.filled
      : this.#end - this.#start;
    this.error = cutOff(got, this.foreign());
    return this.error;
  }

  /**
   * What the connection looks like, and what to do, if it began with another
   * protocol and no frame has shown that yet; else null.
   */
  foreign(): string | null {
    const bytes = this.#firstBytes();
    return bytes === null ? null : this.#explain(bytes);
  }

  #explain(firstBytes: Uint8Array<ArrayBuffer>): string | null {
    return this.#foreignProtocol?.(firstBytes) ?? null;
  }

  /** Learns the length of frames that come one by one. */
  #takeNoteOf(messages: readonly Message[]): void {
    const alone = messages.length === 1 && this.#end - this.#start <= SPARE;
    const length = alone ? FRAME_HEAD_LEN + messages[0]!.body.data.length : 0;
    const fits = length >= MIN_EXACT && length <= MAX_EXACT;
    this.#exactLen = fits && length === this.#frameLen ? length : 0;
    this.#frameLen = length;
  }

  #setSlab(slab: Uint8Array<ArrayBuffer>): void {
    this.#slab = slab;
    this.#view = new DataView(slab.buffer, slab.byteOffset, slab.byteLength);
    this.#start = 0;
    this.#pushed = false;
    this.#exact = false;
    this.#outgrown = false;
  }

  #newSlab(): void {
    if (this.#littleReads >= READS_TO_SHRINK) {
      this.#slabSize /= SLAB_GROWTH;
      this.#littleReads = 0;
    }
    const pending = this.#slab.subarray(this.#start, this.#end);
    const exact = this.#exactLen > 0 && pending.length <= SPARE;
    this.#setSlab(exact ? this.#exactSlab() : new Uint8Array(this.#slabSize));
    this.#exact = exact;
    this.#slab.set(pending);
    this.#end = pending.length;
  }

  #exactSlab(): Uint8Array<ArrayBuffer> {
    const length = this.#exactLen + SPARE;
    const pooled = this.#pool.take(length);
    return pooled === null
      ? new Uint8Array(length)
      : new Uint8Array(pooled, 0, length);
  }

  #parse(messages: Message[]): void {
    const slab = this.#slab;
    const view = this.#view;
    const { buffer, byteOffset } = view;
    const little = this.#little;
    const end = this.#end;
    const maxBatch = this.#maxBatch;
    let pos = this.#start;
    this.#hasNext = false;
    while (end - pos >= FRAME_HEAD_LEN) {
      if (messages.length === maxBatch) {
        this.#hasNext = true;
        break;
      }
      const length = view.getUint32(pos, little);
      const type = view.getUint32(pos + 4, little);
      if (
        length < HEADER_LEN || length - HEADER_LEN > this.#maxBodyLen ||
        type > MAX_MESSAGE_TYPE
      ) {
        const foreign = this.#isFirst(pos)
          ? this.#explain(slab.subarray(pos, end))
          : null;
        this.error = frameError({ length, type, foreign }, this.#config);
        pos = end;
        break;
      }
      const header = new MessageHeader(
        type as MessageType,
        view.getUint32(pos + 8, little),
        view.getInt32(pos + 12, little),
      );
      const bodyStart = pos + FRAME_HEAD_LEN;
      const frameEnd = pos + 4 + length;
      if (this.#exact && pos === 0 && frameEnd === slab.length - SPARE) {
        if (end < frameEnd) break;
        const data = slab.subarray(bodyStart, frameEnd);
        messages.push(new Message(header, new PooledBody(data, this.#pool)));
        // Its body owns the slab.
        const rest = end === frameEnd ? NO_BYTES : slab.slice(frameEnd, end);
        this.#setSlab(rest);
        this.#end = rest.length;
        this.#outgrown = rest.length > 0;
        return;
      }
      if (frameEnd <= end) {
        // `subarray` would take almost twice as long, which is 3 % of a small call.
        const data = new Uint8Array(
          buffer,
          byteOffset + bodyStart,
          frameEnd - bodyStart,
        );
        messages.push(new Message(header, new CheckedStreamBody(data, true)));
        pos = frameEnd;
        continue;
      }
      // A small frame moves to the next slab, so that one read goes on to take
      // many frames; where the slab is a pushed chunk there is no next one.
      if (frameEnd > slab.length) {
        this.#outgrown = !this.#pushed && length <= this.#slabSize / 8;
        if (!this.#outgrown) {
          if (this.#isFirst(pos)) this.#beginning = slab.subarray(pos, end);
          const part = slab.subarray(bodyStart, end);
          const bodyLen = length - HEADER_LEN;
          this.#body = new LargeBody(bodyLen, part, this.#pool);
          this.#bodyHeader = header;
          pos = end;
        }
      }
      break;
    }
    this.#start = pos;
    if (end - pos < FRAME_HEAD_LEN && this.#isFirst(pos)) {
      this.#refuseLine(slab.subarray(pos, end));
    }
  }

  /**
   * Refuses a line of text that is shorter than the head of a frame. Nothing may
   * come behind it, as behind the banner of an SSH client.
   */
  #refuseLine(bytes: Uint8Array<ArrayBuffer>): void {
    if (!bytes.includes(LINE_FEED)) return;
    const foreign = this.#explain(bytes);
    if (foreign === null) return;
    const head = new Uint8Array(FRAME_HEAD_LEN);
    head.set(bytes);
    const view = new DataView(head.buffer);
    const length = view.getUint32(0, this.#little);
    const type = view.getUint32(4, this.#little);
    this.error = frameError({ length, type, foreign }, this.#config);
    this.#start = this.#end;
  }

  #finishBody(body: LargeBody, messages: Message[]): void {
    const data = body.finish();
    if (data === null) return;
    const pooled = new PooledBody(data, this.#pool);
    messages.push(new Message(this.#bodyHeader!, pooled));
    this.#body = null;
    this.#beginning = null;
  }

  /** Whether no byte came before the one at `pos` in the slab. */
  #isFirst(pos: number): boolean {
    return this.received === this.#end - pos;
  }

  /** How the connection begins, while its first message is incomplete; else null. */
  #firstBytes(): Uint8Array<ArrayBuffer> | null {
    if (this.#body !== null) return this.#beginning;
    if (!this.#isFirst(this.#start)) return null;
    return this.#slab.subarray(this.#start, this.#end);
  }
}

/** Two parts as one. By hand, as `@std/bytes` would load a dozen modules for it. */
function joined(
  first: Uint8Array<ArrayBuffer>,
  second: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
