import { RpcError } from "../../protocol/error.ts";
import type { MessageHeader } from "../../protocol/header.ts";
import type { Message } from "../../protocol/message.ts";
import { sentBodies } from "../../protocol/short_bodies.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { givenAway } from "../given_away.ts";
import { detach } from "../unix_seqpacket/detach.ts";
import type { UnixBody } from "../unix_seqpacket/unix_body.ts";
import { copyIn, recordType, writeHead } from "./record.ts";
import { padded, RECORD_HEAD_LEN, recordLen } from "./ring_layout.ts";
import type { RingWriter } from "./ring_writer.ts";

/** A body below this is copied when it has to wait for room. */
const DIRECT_BODY_LEN = 32 * 1024;

/**
 * How many written messages may stay at the front of the queue. Cutting them off
 * copies the rest.
 */
const MAX_WRITTEN = 64;

/** So much of a long body is published at once, so that the reader can begin. */
const PIECE_LEN = 64 * 1024;

/**
 * Small records behind this place of the ring start again at its front when the
 * reader is done with everything. So a connection with little traffic uses few
 * pages, which also stay in the processors' caches.
 */
const FRONT_LEN = 16 * 1024;
const SMALL_RECORD = 4096;

/**
 * How many messages with descriptors may be under way. The reader holds the
 * descriptors of those whose records it hasn't reached.
 */
export const MAX_UNREAD_DESCRIPTORS = 16;

/** A message that waits to be written. */
interface QueuedRecord {
  readonly header: MessageHeader;
  body: Uint8Array<ArrayBuffer>;
  readonly bodyLength: number;
  fds: readonly FileDescriptor[];
  ownsFds: boolean;
  readonly detachable: boolean;
  settle: ((error?: RpcError) => void) | undefined;
  /** How many bytes of the body are written; -1 if the head isn't. */
  written: number;
}

/** What happened to descriptors: they are sent, have to wait, or were refused. */
export type DescriptorsSent = "sent" | "later" | RpcError;

/** What a writer needs from the rest of the connection. */
export interface RecordWriterHooks {
  /** Sends descriptors by the socket, before their message is published. */
  sendDescriptors(fds: readonly FileDescriptor[]): DescriptorsSent;
  /** Wakes the reader, which sleeps until something comes. */
  wake(): void;
  /** Called for a message that nobody waits for. */
  onRefused(header: MessageHeader, error: RpcError): void;
}

/**
 * Writes messages into a ring, as records. What is written becomes visible to the
 * other side when it is published, a batch at once.
 */
export class RecordWriter {
  readonly #little: boolean;
  readonly #hooks: RecordWriterHooks;
  /** Null until the rings exist. */
  #ring: RingWriter | null = null;
  #queue: QueuedRecord[] = [];
  /** The first message that isn't written, and the first one of the next write. */
  #next = 0;
  #end = 0;
  /** The ends of the records of messages with descriptors that aren't read. */
  readonly #unread: number[] = [];
  /** Whether a message came since the last write began. */
  #hasNew = false;
  /** How much room the next step needs, and whether it needs the window too. */
  #wanted = 0;
  #wantsWindow = false;
  #mayRestart = true;
  /** Whether it is the socket, which carries descriptors, that has to take more. */
  waitsForSocket = false;
  /** Bytes written so far. */
  written = 0;

  /** Makes a writer without a ring. */
  constructor(little: boolean, hooks: RecordWriterHooks) {
    this.#little = little;
    this.#hooks = hooks;
  }

  /** Gives it the ring that it writes into. */
  open(ring: RingWriter): void {
    this.#ring = ring;
  }

  /**
   * Whether nothing is left for a write. What came after the last one began is, even
   * if that one has published it: whoever counts what writes have taken counts it
   * with the next one.
   */
  get empty(): boolean {
    return this.#idle && !this.#hasNew;
  }

  /** Whether `push` copies a message. */
  copies({ body }: Message<UnixBody>): boolean {
    if (body.fds.length > 0) return false;
    const { length } = body.data;
    return length < DIRECT_BODY_LEN || this.#fits(length);
  }

  /**
   * Writes a message if there is room, else queues it. `settle` is called when its
   * body is no longer needed.
   */
  push(
    message: Message<UnixBody>,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void {
    const { header, body } = message;
    const { data, fds } = body;
    const { length } = data;
    if (fds.length === 0 && this.#fits(length)) {
      this.#writeWhole(this.#ring!, header, data);
      this.#hasNew = true;
      settle?.();
      return;
    }
    const copied = fds.length === 0 && length < DIRECT_BODY_LEN;
    this.#queue.push({
      header,
      // Throws if the body was transferred.
      body: copied ? sentBodies.copy(data) : data,
      bodyLength: length,
      fds,
      ownsFds: false,
      detachable,
      settle: copied ? undefined : settle,
      written: -1,
    });
    this.#hasNew = true;
    if (copied) settle?.();
  }

  /** Begins a write of everything that is queued now. */
  begin(): void {
    this.#hasNew = false;
    this.#end = this.#queue.length;
  }

  /**
   * Writes as much of the current write as there is room for; whether that was
   * everything.
   *
   * @throws {RpcError} If the connection can't go on.
   */
  send(): boolean {
    const ring = this.#ring;
    if (ring === null) return false;
    this.waitsForSocket = false;
    while (this.#next < this.#end) {
      if (!this.#write(ring, this.#queue[this.#next]!)) {
        ring.check();
        this.#publish(ring);
        this.#compact(MAX_WRITTEN);
        return false;
      }
    }
    // A callback may have closed the connection.
    if (this.#ring === null) return false;
    this.#publish(ring);
    this.#compact(0);
    return true;
  }

  /**
   * Asks the reader to wake this side when it has read on; whether there is still
   * no room for the next step.
   */
  sleep(): boolean {
    const ring = this.#ring;
    if (ring === null || this.waitsForSocket) return true;
    const isFull = ring.sleep(this.#wanted);
    return isFull || this.#wantsWindow && this.#isWindowFull(ring);
  }

  /** Ends a sleep. */
  awake(): void {
    this.#ring?.awake();
  }

  /** Settles the waiting detachable messages, by copying them and their descriptors. */
  detach(): void {
    for (let i = this.#next; i < this.#queue.length; i++) {
      detach(this.#queue[i]!);
    }
  }

  /** Writes nothing more: drops what is queued, and settles it with the error. */
  drop(error: RpcError): void {
    const queue = this.#queue.slice(this.#next);
    this.#queue = [];
    this.#next = this.#end = 0;
    this.#hasNew = false;
    this.#ring = null;
    for (const record of queue) {
      releaseFds(record);
      record.settle?.(error);
    }
  }

  get #idle(): boolean {
    return this.#next === this.#queue.length;
  }

  /** Whether a message without descriptors can be written now. */
  #fits(bodyLen: number): boolean {
    const ring = this.#ring;
    if (ring === null || !this.#idle) return false;
    const length = recordLen(bodyLen);
    return ring.room(length) >= length;
  }

  #writeWhole(
    ring: RingWriter,
    header: MessageHeader,
    body: Uint8Array<ArrayBuffer>,
  ): void {
    const length = recordLen(body.length);
    if (length <= SMALL_RECORD) this.#restart(ring, length);
    const { memory, position } = ring;
    const { type, requestId, serviceId } = header;
    const start = (position + RECORD_HEAD_LEN) & (memory.size - 1);
    // Throws if the body was transferred: then nothing is written.
    copyIn(memory, start, body);
    writeHead(
      memory,
      position,
      body.length,
      type,
      requestId,
      serviceId,
      this.#little,
    );
    ring.add(length);
    this.written += RECORD_HEAD_LEN + body.length;
  }

  /** Goes back to the front of the ring, once for each batch, if it is empty. */
  #restart(ring: RingWriter, length: number): void {
    const { memory, position } = ring;
    if (!this.#mayRestart || position < FRONT_LEN) return;
    this.#mayRestart = false;
    if (position < length || !ring.isEmpty()) return;
    writeHead(memory, position, 0, recordType.SKIP, 0, 0, this.#little);
    ring.add(memory.size - position);
  }

  /** Cuts off what is written, if it is more than so many messages. */
  #compact(most: number): void {
    if (this.#next <= most || 2 * this.#next < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#next);
    this.#end -= this.#next;
    this.#next = 0;
  }

  #publish(ring: RingWriter): void {
    this.#mayRestart = true;
    if (ring.publish()) this.#hooks.wake();
  }

  /** Writes a queued message, or a part of it; whether it is done with. */
  #write(ring: RingWriter, record: QueuedRecord): boolean {
    if (record.written < 0 && !this.#begin(ring, record)) return false;
    // It was refused.
    if (record.written < 0) return true;
    const { bodyLength } = record;
    while (record.written < bodyLength) {
      if (record.body.length !== bodyLength) throw changed();
      if (!this.#writePiece(ring, record)) return false;
    }
    this.#next++;
    releaseFds(record);
    record.settle?.();
    return true;
  }

  /** Writes the head of a record; false if it has to wait. */
  #begin(ring: RingWriter, record: QueuedRecord): boolean {
    const { header, body, bodyLength, fds } = record;
    if (body.length !== bodyLength) {
      this.#refuse(record, givenAway());
      return true;
    }
    const { memory } = ring;
    const heads = fds.length === 0 ? RECORD_HEAD_LEN : 2 * RECORD_HEAD_LEN;
    // Short messages aren't cut into pieces.
    const most = memory.size / 4;
    this.#wanted = heads + Math.min(padded(bodyLength), most);
    this.#wantsWindow = fds.length > 0;
    if (ring.room(this.#wanted) < this.#wanted) return false;
    if (fds.length > 0) {
      if (this.#isWindowFull(ring)) return false;
      const result = this.#sendDescriptors(fds);
      if (result === "later") {
        this.waitsForSocket = true;
        return false;
      }
      if (result !== "sent") {
        this.#refuse(record, result);
        return true;
      }
      const { DESCRIPTORS } = recordType;
      const at = ring.position;
      writeHead(memory, at, 0, DESCRIPTORS, fds.length, 0, this.#little);
      ring.add(RECORD_HEAD_LEN);
      this.#unread.push(ring.end);
    }
    const { type, requestId, serviceId } = header;
    writeHead(
      memory,
      ring.position,
      bodyLength,
      type,
      requestId,
      serviceId,
      this.#little,
    );
    ring.add(RECORD_HEAD_LEN);
    this.written += RECORD_HEAD_LEN;
    record.written = 0;
    return true;
  }

  #sendDescriptors(fds: readonly FileDescriptor[]): DescriptorsSent {
    if (!fds.some((fd) => fd.closed)) return this.#hooks.sendDescriptors(fds);
    return new RpcError(
      "encode-failed",
      "A descriptor was closed before its send had resolved",
    );
  }

  /** Writes as much of a body as there is room for, up to a piece; false if there is none. */
  #writePiece(ring: RingWriter, record: QueuedRecord): boolean {
    const { body, written } = record;
    const left = body.length - written;
    const whole = Math.min(padded(left), PIECE_LEN);
    // It may wait for room for a part of the piece only.
    this.#wanted = Math.min(whole, ring.memory.size / 4);
    this.#wantsWindow = false;
    const room = ring.room(this.#wanted);
    if (room < this.#wanted) return false;
    const length = Math.min(left, whole, room);
    const piece = length === body.length
      ? body
      : body.subarray(written, written + length);
    copyIn(ring.memory, ring.position, piece);
    ring.add(padded(length));
    record.written += length;
    this.written += length;
    if (record.written < body.length && ring.publish()) this.#hooks.wake();
    return true;
  }

  #isWindowFull(ring: RingWriter): boolean {
    const unread = this.#unread;
    while (unread.length > 0 && ring.isReadUntil(unread[0]!)) unread.shift();
    return unread.length >= MAX_UNREAD_DESCRIPTORS;
  }

  /** Takes a message out of the queue and settles it with the error. */
  #refuse(record: QueuedRecord, error: RpcError): void {
    this.#next++;
    releaseFds(record);
    if (record.settle !== undefined) record.settle(error);
    else this.#hooks.onRefused(record.header, error);
  }
}

function releaseFds({ ownsFds, fds }: QueuedRecord): void {
  if (ownsFds) { for (const fd of fds) fd.close(); }
}

function changed(): RpcError {
  return new RpcError(
    "connection-aborted",
    "A body was disposed, transferred or shrunk before its send had resolved, and the rest of its message is missing",
    { fatal: true },
  );
}
