import { toRpcError } from "../../internal/errors.ts";
import { isShared } from "../../protocol/body.ts";
import { BodyPool, LargeBody } from "../../protocol/large_body.ts";
import { RpcError } from "../../protocol/error.ts";
import {
  HEADER_LEN,
  invalidMessageType,
  MAX_MESSAGE_TYPE,
  MessageHeader,
  messageTooShort,
  type MessageType,
} from "../../protocol/header.ts";
import { Message } from "../../protocol/message.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { Incoming } from "../transport.ts";
import { BodySlab } from "../unix_seqpacket/body_slab.ts";
import {
  datagramTooLong,
  descriptorsLost,
  tooManyFds,
} from "../unix_seqpacket/receive_error.ts";
import { UnixBody } from "../unix_seqpacket/unix_body.ts";
import type { ReceivedDescriptors } from "./descriptor_queue.ts";
import { decodeReference, REFERENCE_LEN } from "./frames/frame_reference.ts";
import type { FrameReceiver } from "./frames/frame_receiver.ts";
import { PooledUnixBody } from "./pooled_unix_body.ts";
import { copyOut, recordType } from "./record.ts";
import { ringViolation } from "./ring_error.ts";
import { padded, RECORD_HEAD_LEN, recordLen } from "./ring_layout.ts";
import type { RingReader } from "./ring_reader.ts";
import type { ResolvedSharedRingConfig } from "./shared_ring_config.ts";

/** What one call of `receive` takes at most, so that all connections get their turn. */
const MAX_MESSAGES = 512;
const MAX_BYTES = 1024 * 1024;

/** The longest body that shares memory with others. */
const SMALL_LEN = 2048;

/** After so many bytes of a long body, the writer may write on. */
const PIECE_LEN = 64 * 1024;

const NO_DESCRIPTORS: ReceivedDescriptors = { count: 0, fds: [], lost: false };
const NOTHING = new Uint8Array(0);

/** A body that arrives in a buffer of its own. */
interface PartialBody {
  readonly header: MessageHeader;
  readonly body: LargeBody;
  readonly fds: FileDescriptor[];
  /** How many bytes of the record are missing, with what fills it up. */
  missing: number;
}

/** What a reader needs from the rest of the connection. */
export interface RecordReaderHooks {
  /**
   * Takes the descriptors that have come by the socket.
   *
   * @throws {RpcError} If there are none, or not so many.
   */
  takeDescriptors(count: number): ReceivedDescriptors;
  /** Wakes the writer, which sleeps until there is room. */
  wake(): void;
  /** Takes what is in shared memory outside of the ring. */
  readonly frames: Pick<FrameReceiver, "announce" | "forget" | "take">;
}

/**
 * Makes messages of the records in a ring.
 *
 * The other side can change what is in the ring at any time. So a head is copied
 * into variables before it is judged, each word read once; and a body is copied out
 * before anybody sees it, into memory that is never written to again.
 */
export class RecordReader {
  readonly #ring: RingReader;
  readonly #config: ResolvedSharedRingConfig;
  readonly #hooks: RecordReaderHooks;
  #slab = new BodySlab();
  #pool = new BodyPool();
  /** The descriptors of the next message, if it has any. */
  #descriptors = NO_DESCRIPTORS;
  readonly #reference = new Uint8Array(REFERENCE_LEN);
  #partial: PartialBody | null = null;
  /** How many bytes of a refused body are still to come. */
  #skip = 0;
  /** Bytes of frames that `receive` has copied. */
  #copied = 0;
  #error: RpcError | null = null;
  /** Bytes received so far. */
  received = 0;

  /** Reads records from a ring. */
  constructor(
    ring: RingReader,
    config: ResolvedSharedRingConfig,
    hooks: RecordReaderHooks,
  ) {
    this.#ring = ring;
    this.#config = config;
    this.#hooks = hooks;
  }

  /** Whether a message has begun and isn't complete. */
  get partial(): boolean {
    return this.#partial !== null || this.#skip > 0 ||
      this.#descriptors.count > 0;
  }

  /**
   * Takes what is there, as much as one turn may bring. Empty if no message is
   * complete.
   *
   * @throws {RpcError} A fatal one, once the messages before it are delivered.
   */
  receive(): Incoming<UnixBody>[] {
    const items: Incoming<UnixBody>[] = [];
    if (this.#error === null) {
      try {
        this.#takeRecords(items);
      } catch (error) {
        this.#error = toRpcError(error);
      }
    }
    if (this.#error !== null && items.length === 0) throw this.#error;
    return items;
  }

  /** What it means that nothing more comes: the error of a message cut off, or null. */
  end(): RpcError | null {
    if (this.#error !== null || !this.partial) return this.#error;
    const text = this.#partial === null
      ? "before the message that its last record announces"
      : `with ${this.#partial.missing} bytes of a message missing`;
    return new RpcError(
      "connection-aborted",
      `The other side ended the connection ${text}`,
      { fatal: true, side: "remote" },
    );
  }

  /** Lets go of memory that is kept for bodies to come. */
  shrink(): void {
    this.#slab = new BodySlab();
    this.#pool = new BodyPool();
  }

  /** Closes descriptors that nobody will take. */
  drop(): void {
    for (const fd of this.#descriptors.fds) fd.close();
    for (const fd of this.#partial?.fds ?? []) fd.close();
    this.#descriptors = NO_DESCRIPTORS;
    this.#partial = null;
  }

  #takeRecords(items: Incoming<UnixBody>[]): void {
    const ring = this.#ring;
    let available = ring.available();
    let bytes = 0;
    this.#copied = 0;
    try {
      while (
        available > 0 && items.length < MAX_MESSAGES &&
        bytes + this.#copied < MAX_BYTES
      ) {
        const length = this.#takeSome(available, items);
        ring.take(length);
        available -= length;
        bytes += length;
        // The writer of a long body goes on while this side copies.
        if (length >= PIECE_LEN) this.#release();
      }
    } finally {
      this.#release();
    }
  }

  #release(): void {
    if (this.#ring.release()) this.#hooks.wake();
  }

  /** Takes a record, or a part of one; how many bytes of the ring that was. */
  #takeSome(available: number, items: Incoming<UnixBody>[]): number {
    if (this.#partial !== null) {
      return this.#fill(this.#partial, available, items);
    }
    if (this.#skip === 0) return this.#takeRecord(available, items);
    const length = Math.min(this.#skip, available);
    this.#skip -= length;
    this.received += length;
    return length;
  }

  #takeRecord(available: number, items: Incoming<UnixBody>[]): number {
    const { memory, position } = this.#ring;
    const { view } = memory;
    const little = this.#config.littleEndian;
    const length = view.getUint32(position, little);
    const type = view.getUint32(position + 4, little);
    const requestId = view.getUint32(position + 8, little);
    const serviceId = view.getInt32(position + 12, little);
    if (length < HEADER_LEN) throw messageTooShort(length);
    if (type > MAX_MESSAGE_TYPE) {
      if (this.#descriptors.count > 0) throw invalidMessageType(type);
      return type === recordType.FRAME
        ? this.#takeFrame(length, requestId, serviceId, available, items)
        : this.#takeOwn(type, length, requestId, available);
    }
    const header = new MessageHeader(
      type as MessageType,
      requestId,
      serviceId,
    );
    const bodyLen = length - HEADER_LEN;
    const descriptors = this.#descriptors;
    const { count, fds } = descriptors;
    if (count > 0) this.#descriptors = NO_DESCRIPTORS;
    this.received += RECORD_HEAD_LEN;
    const error = this.#check(header, bodyLen, descriptors);
    if (error !== null) {
      for (const fd of fds) fd.close();
      items.push(error);
      this.#skip = padded(bodyLen);
      return RECORD_HEAD_LEN;
    }
    const whole = recordLen(bodyLen);
    const start = position + RECORD_HEAD_LEN;
    if (bodyLen > SMALL_LEN || whole > available) {
      const body = new LargeBody(bodyLen, NOTHING, this.#pool);
      const missing = whole - RECORD_HEAD_LEN;
      this.#partial = { header, body, fds, missing };
      return RECORD_HEAD_LEN;
    }
    this.received += bodyLen;
    let data: Uint8Array<ArrayBuffer>;
    if (start + bodyLen <= memory.size) {
      data = this.#slab.copy(memory, start, bodyLen);
    } else {
      data = new Uint8Array(bodyLen);
      copyOut(memory, start & (memory.size - 1), data);
    }
    const body = count === 0 ? new UnixBody(data) : new UnixBody(data, fds);
    items.push(new Message(header, body));
    return whole;
  }

  /** Takes a record that is no message. */
  #takeOwn(
    type: number,
    length: number,
    value: number,
    available: number,
  ): number {
    if (length !== HEADER_LEN) throw invalidMessageType(type);
    switch (type) {
      case recordType.SKIP: {
        const { memory, position } = this.#ring;
        const rest = memory.size - position;
        if (rest <= available) return rest;
        throw ringViolation(
          `The other side skips ${rest} bytes of the ring, of which ${available} are written`,
          rest,
        );
      }
      case recordType.DESCRIPTORS:
        this.#descriptors = this.#hooks.takeDescriptors(value);
        return RECORD_HEAD_LEN;
      case recordType.REGION: {
        const { fds: [fd] } = this.#hooks.takeDescriptors(1);
        this.#hooks.frames.announce(value, fd);
        return RECORD_HEAD_LEN;
      }
      case recordType.FORGET:
        this.#hooks.frames.forget(value);
        return RECORD_HEAD_LEN;
      default:
        throw invalidMessageType(type);
    }
  }

  /** Takes a record that says where a body is. */
  #takeFrame(
    length: number,
    requestId: number,
    serviceId: number,
    available: number,
    items: Incoming<UnixBody>[],
  ): number {
    const whole = recordLen(REFERENCE_LEN);
    if (length !== HEADER_LEN + REFERENCE_LEN || whole > available) {
      throw invalidMessageType(recordType.FRAME);
    }
    const { memory, position } = this.#ring;
    const start = (position + RECORD_HEAD_LEN) & (memory.size - 1);
    copyOut(memory, start, this.#reference);
    const reference = decodeReference(
      this.#reference,
      this.#config.littleEndian,
    );
    const { frames } = this.#hooks;
    const item = frames.take(requestId, serviceId, reference);
    items.push(item);
    if ("body" in item && !isShared(item.body)) {
      this.#copied += item.body.data.length;
    }
    this.received += whole;
    return whole;
  }

  #check(
    header: MessageHeader,
    bodyLen: number,
    { count, fds, lost }: ReceivedDescriptors,
  ): RpcError | null {
    const { maxBodyLenRead, maxFdsRead } = this.#config;
    if (bodyLen > maxBodyLenRead) {
      return datagramTooLong(header, maxBodyLenRead, bodyLen);
    }
    if (count > maxFdsRead) return tooManyFds(header, maxFdsRead, count);
    return lost ? descriptorsLost(header, fds.length) : null;
  }

  /** Takes a part of a long body; how many bytes of the ring that was. */
  #fill(
    partial: PartialBody,
    available: number,
    items: Incoming<UnixBody>[],
  ): number {
    const { memory, position } = this.#ring;
    const length = Math.min(partial.missing, available, PIECE_LEN);
    const { body } = partial;
    for (let taken = 0; taken < length && body.missing > 0;) {
      const into = body.space(length - taken);
      copyOut(memory, (position + taken) & (memory.size - 1), into);
      body.filled += into.length;
      this.received += into.length;
      taken += into.length;
    }
    partial.missing -= length;
    const data = partial.missing === 0 ? body.finish() : null;
    if (data !== null) {
      this.#partial = null;
      const whole = new PooledUnixBody(data, partial.fds, this.#pool);
      items.push(new Message(partial.header, whole));
    }
    return length;
  }
}
