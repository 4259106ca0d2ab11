import { RpcError } from "../../protocol/error.ts";
import type { MessageHeader } from "../../protocol/header.ts";
import type { Message } from "../../protocol/message.ts";
import { sentBodies } from "../../protocol/short_bodies.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { givenAway } from "../channel.ts";
import { changedBody } from "../channel_errors.ts";
import { detach } from "../unix_seqpacket/detach.ts";
import type { UnixBody } from "../unix_seqpacket/unix_body.ts";
import { type DescriptorsSent, DescriptorWindow } from "./descriptor_window.ts";
import type { FrameSender } from "./frames/frame_sender.ts";
import { LeaseBody } from "./frames/lease_body.ts";
import type { SentFrame } from "./frames/sent_frame.ts";
import {
  FRAME_RECORD_LEN,
  frameRoom,
  writeFrame,
} from "./frames/write_frame.ts";
import { copyIn, recordType, writeHead, writeOwn } from "./record.ts";
import { RecordBatch } from "./record_batch.ts";
import { type QueuedRecord, RecordQueue, releaseFds } from "./record_queue.ts";
import { padded, RECORD_HEAD_LEN, recordLen } from "./ring_layout.ts";
import type { RingWriter } from "./ring_writer.ts";

/** A body below this is copied when it has to wait for room. */
const DIRECT_BODY_LEN = 32 * 1024;

/** So much of a long body is published at once, so that the reader can begin. */
const PIECE_LEN = 64 * 1024;

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
  readonly #frames: FrameSender;
  readonly #hooks: RecordWriterHooks;
  readonly #window: DescriptorWindow;
  readonly #batch: RecordBatch;
  /** Null until the rings exist. */
  #ring: RingWriter | null = null;
  readonly #queue = new RecordQueue();
  /** Whether a message came since the last write began. */
  #hasNew = false;
  /** How much room the next step needs, and whether it needs the window too. */
  #wanted = 0;
  #wantsWindow = false;
  /** Bytes written so far. */
  written = 0;

  /** Makes a writer without a ring. */
  constructor(little: boolean, frames: FrameSender, hooks: RecordWriterHooks) {
    this.#little = little;
    this.#frames = frames;
    this.#hooks = hooks;
    this.#window = new DescriptorWindow((fds) => hooks.sendDescriptors(fds));
    this.#batch = new RecordBatch(little, () => hooks.wake());
  }

  /** Whether it is the socket, which carries descriptors, that has to take more. */
  get waitsForSocket(): boolean {
    return this.#window.waitsForSocket;
  }

  /** The socket may take more now. */
  socketReady(): void {
    this.#window.waitsForSocket = false;
  }

  /** Gives it the ring that it writes into. */
  open(ring: RingWriter): void {
    this.#ring = ring;
  }

  /**
   * Whether nothing is left for another write. A message that was pushed after the last
   * write began is left, even if that write has published it, since the caller counts
   * what each write has taken.
   */
  get empty(): boolean {
    return this.#queue.isEmpty && !this.#hasNew;
  }

  /** Whether `push` copies a message. */
  copies({ body }: Message<UnixBody>): boolean {
    if (body.fds.length > 0 || body instanceof LeaseBody) return false;
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
    if (body instanceof LeaseBody) {
      return this.#pushLease(header, body, detachable, settle);
    }
    if (fds.length === 0 && this.#fits(length)) {
      this.#batch.write(this.#ring!, header, data);
      this.written += RECORD_HEAD_LEN + length;
      this.#hasNew = true;
      // It may close the connection.
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
      detachable,
      settle: copied ? undefined : settle,
      frame: null,
    });
    this.#hasNew = true;
    if (copied) settle?.();
  }

  /** Queues a message whose body is a lease: it is counted from now on. */
  #pushLease(
    header: MessageHeader,
    { data, fds, lending }: LeaseBody,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void {
    const frame = this.#frames.accept(lending);
    if (frame instanceof RpcError) {
      if (settle === undefined) this.#hooks.onRefused(header, frame);
      else settle(frame);
      return;
    }
    this.#queue.push({
      header,
      body: data,
      bodyLength: 0,
      fds,
      detachable,
      settle,
      frame,
    });
    this.#hasNew = true;
  }

  /** Begins a write of everything that is queued now. */
  begin(): void {
    this.#hasNew = false;
    this.#queue.begin();
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
    this.socketReady();
    let { first } = this.#queue;
    while (first !== undefined && this.#write(ring, first)) {
      ({ first } = this.#queue);
    }
    // A callback may have closed the connection.
    if (this.#ring === null) return false;
    if (first !== undefined) ring.check();
    this.#batch.publish(ring);
    this.#queue.compact();
    return first === undefined;
  }

  /**
   * Asks the reader to wake this side when it has read on; whether there is still
   * no room for the next step.
   */
  sleep(): boolean {
    const ring = this.#ring;
    if (ring === null || this.waitsForSocket) return true;
    const isFull = ring.sleep(this.#wanted);
    return isFull || this.#wantsWindow && this.#window.isFull(ring);
  }

  /** Ends a sleep. */
  awake(): void {
    this.#ring?.awake();
  }

  /** Settles the waiting detachable messages, by copying them and their descriptors. */
  detach(): void {
    for (const record of this.#queue.waiting()) detach(record);
  }

  /** Writes nothing more: drops what is queued, and settles it with the error. */
  drop(error: RpcError): void {
    this.#hasNew = false;
    this.#ring = null;
    for (const record of this.#queue.drain()) {
      releaseFds(record);
      record.frame?.cancel();
      record.settle?.(error);
    }
  }

  /** Writes which regions can be forgotten, where there is room and no record is cut off by it. */
  forget(): void {
    const ring = this.#ring;
    const { toForget } = this.#frames;
    if (ring === null || toForget.size === 0 || this.#queue.isCut) return;
    for (const number of toForget) {
      if (ring.room(RECORD_HEAD_LEN) < RECORD_HEAD_LEN) break;
      writeOwn(ring, recordType.FORGET, number, this.#little);
      toForget.delete(number);
    }
    this.#batch.publish(ring);
  }

  /** Whether a message without descriptors can be written now. */
  #fits(bodyLen: number): boolean {
    const ring = this.#ring;
    if (ring === null || !this.#queue.isEmpty) return false;
    const length = recordLen(bodyLen);
    return ring.room(length) >= length;
  }

  /** Writes a queued message, or a part of it; whether it is done with. */
  #write(ring: RingWriter, record: QueuedRecord): boolean {
    const { frame } = record;
    if (frame !== null) return this.#writeFrame(ring, record, frame);
    if (record.written < 0 && !this.#begin(ring, record)) return false;
    // It was refused.
    if (record.written < 0) return true;
    const { bodyLength } = record;
    while (record.written < bodyLength) {
      if (record.body.length !== bodyLength) throw changedBody();
      if (!this.#writePiece(ring, record)) return false;
    }
    this.#queue.shift();
    this.#batch.count(ring, bodyLength);
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
      const result = this.#window.send(ring, fds);
      if (result === "later") return false;
      if (result !== "sent") {
        this.#refuse(record, result);
        return true;
      }
      writeOwn(ring, recordType.DESCRIPTORS, fds.length, this.#little);
      this.#window.written(ring);
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

  /** Writes a reference; false if it has to wait. */
  #writeFrame(
    ring: RingWriter,
    record: QueuedRecord,
    frame: SentFrame,
  ): boolean {
    this.#wanted = frameRoom(frame);
    this.#wantsWindow = !frame.region.announced;
    if (ring.room(this.#wanted) < this.#wanted) return false;
    const { header } = record;
    const result = writeFrame(ring, this.#window, header, frame, this.#little);
    if (result === "later") return false;
    if (result !== "written") {
      this.#refuse(record, result);
      return true;
    }
    this.written += FRAME_RECORD_LEN;
    this.#queue.shift();
    record.settle?.();
    return true;
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

  /** Takes a message out of the queue and settles it with the error. */
  #refuse(record: QueuedRecord, error: RpcError): void {
    this.#queue.shift();
    releaseFds(record);
    record.frame?.cancel();
    if (record.settle !== undefined) record.settle(error);
    else this.#hooks.onRefused(record.header, error);
  }
}
