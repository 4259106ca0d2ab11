import { RpcError } from "../../../protocol/error.ts";
import {
  invalidMessageType,
  MAX_MESSAGE_TYPE,
  MessageHeader,
  type MessageType,
} from "../../../protocol/header.ts";
import { Message } from "../../../protocol/message.ts";
import { isReservedId } from "../../../protocol/service_id.ts";
import type { FileDescriptor } from "../../descriptor/file_descriptor.ts";
import type { Libc } from "../../libc/libc.ts";
import { checkRegion, DEFAULT_MAX_SIZE } from "../../shared_memory/memfd.ts";
import { Mapping } from "../../shared_memory/mapping.ts";
import type { Incoming } from "../../transport.ts";
import { descriptorsLost } from "../../unix_seqpacket/receive_error.ts";
import { UnixBody } from "../../unix_seqpacket/unix_body.ts";
import { ringViolation } from "../ring_error.ts";
import { MAX_FRAMES, type RingMemory } from "../ring_layout.ts";
import { FrameBody, ReceivedFrame } from "./frame_body.ts";
import { type FrameReference, MAX_REGIONS } from "./frame_reference.ts";
import { ReleaseWriter } from "./release_queue.ts";

/** How many regions whose views were transferred stay as they are: see `#drop`. */
const MAX_DROPPED = 4;

/** What a receiver of frames needs from the rest of the connection. */
export interface FrameReceiverHooks {
  /** Wakes the other side, which waits for a release. */
  wake(): void;
}

/** A region of the other side. */
interface KnownRegion {
  readonly number: number;
  /** Null if its descriptor was lost, since this process has as many as it may. */
  readonly mapping: Mapping | null;
  readonly size: number;
  /** The lending that its frames are of. */
  generation: number;
  /** How many of its frames aren't released. */
  frames: number;
  /** Whether its number may mean another region now. */
  forgotten: boolean;
}

/**
 * Makes bodies of the frames that the other side has put into shared memory, and
 * releases them. Everything that the other side says is checked before.
 */
export class FrameReceiver {
  /** How many bytes a region may have. */
  maxSize: number = DEFAULT_MAX_SIZE;
  readonly #libc: Libc;
  readonly #trusts: boolean;
  readonly #hooks: FrameReceiverHooks;
  readonly #releases: ReleaseWriter;
  readonly #regions: (KnownRegion | undefined)[] = [];
  readonly #dropped: Mapping[] = [];
  #frames = 0;
  #ended = false;

  /**
   * Makes one that knows no region.
   *
   * @param trusts Whether bodies are views of the other side's memory; else copies.
   */
  constructor(
    libc: Libc,
    memory: RingMemory,
    trusts: boolean,
    hooks: FrameReceiverHooks,
  ) {
    this.#libc = libc;
    this.#trusts = trusts;
    this.#hooks = hooks;
    this.#releases = new ReleaseWriter(memory);
  }

  /**
   * A region gets a number, in the place of another one perhaps. Closes the
   * descriptor.
   *
   * @param fd Undefined if it was lost.
   * @throws {RpcError} If the region isn't safe to be mapped.
   */
  announce(number: number, fd: FileDescriptor | undefined): void {
    try {
      if (number >= MAX_REGIONS) throw unknownRegion(number);
      this.#forget(number);
      this.#regions[number] = {
        number,
        ...this.#map(fd),
        generation: 0,
        frames: 0,
        forgotten: false,
      };
    } finally {
      fd?.close();
    }
  }

  /**
   * A number means nothing any more.
   *
   * @throws {RpcError} If it didn't before.
   */
  forget(number: number): void {
    if (!this.#forget(number)) throw unknownRegion(number);
  }

  /**
   * Takes a message whose body is a frame.
   *
   * @throws {RpcError} If it can't be one.
   */
  take(
    requestId: number,
    serviceId: number,
    reference: FrameReference,
  ): Incoming<UnixBody> {
    const { type, generation, offset, length } = reference;
    if (type > MAX_MESSAGE_TYPE) throw invalidMessageType(type);
    // The library decodes bodies of its own messages in place, which isn't safe in
    // memory that can change meanwhile.
    if (isReservedId(serviceId)) {
      throw ringViolation(
        `The other side sends a frame for the service id ${serviceId}, which is reserved`,
        serviceId,
      );
    }
    const region = this.#regions[reference.region];
    if (region === undefined) throw unknownRegion(reference.region);
    this.#check(region, reference);
    region.generation = generation;
    region.frames++;
    this.#frames++;
    const header = new MessageHeader(
      type as MessageType,
      requestId,
      serviceId,
    );
    const { mapping } = region;
    if (mapping === null) {
      this.#release(region, generation, true);
      return descriptorsLost(header, 0);
    }
    const data = mapping.window(offset, length);
    const frame = new ReceivedFrame(
      data,
      (dropped) => this.#release(region, generation, dropped),
    );
    if (this.#trusts) return new Message(header, new FrameBody(data, frame));
    const copy = data.slice();
    frame.release(data);
    return new Message(header, new UnixBody(copy));
  }

  /** The connection is over. Views stay as they are until they are disposed. */
  end(): void {
    this.#ended = true;
    for (let number = 0; number < MAX_REGIONS; number++) this.#forget(number);
    for (const mapping of this.#dropped.splice(0)) mapping[Symbol.dispose]();
  }

  #map(
    fd: FileDescriptor | undefined,
  ): { readonly mapping: Mapping | null; readonly size: number } {
    if (fd === undefined) return { mapping: null, size: Infinity };
    let size: number;
    try {
      size = checkRegion(this.#libc, fd.fd, this.maxSize);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      throw ringViolation(error.message, error.actual);
    }
    return { mapping: new Mapping(this.#libc, fd.fd, size, false), size };
  }

  #check(
    { size, frames, generation: known, number }: KnownRegion,
    { generation, offset, length }: FrameReference,
  ): void {
    if (length < 1 || offset + length > size) {
      throw ringViolation(
        `A frame of ${length} bytes at ${offset} isn't in its region, which has ${size}`,
        length,
      );
    }
    if (frames > 0 && generation !== known) {
      throw ringViolation(
        `Region ${number} was lent again, as generation ${generation}, before ${frames} frames of it were released`,
        generation,
      );
    }
    if (this.#frames < MAX_FRAMES) return;
    throw ringViolation(
      `The other side sends more than ${MAX_FRAMES} frames that weren't released`,
      MAX_FRAMES + 1,
    );
  }

  #forget(number: number): boolean {
    const region = this.#regions[number];
    if (region === undefined) return false;
    this.#regions[number] = undefined;
    region.forgotten = true;
    this.#unmapUnused(region);
    return true;
  }

  #release(region: KnownRegion, generation: number, dropped: boolean): void {
    region.frames--;
    this.#frames--;
    if (dropped && region.mapping !== null) region.mapping.take();
    if (!this.#ended) {
      const { number } = region;
      const release = { region: number, generation, dropped };
      if (this.#releases.write(release)) this.#hooks.wake();
    }
    this.#unmapUnused(region);
  }

  #unmapUnused({ mapping, frames, forgotten }: KnownRegion): void {
    if (!forgotten || frames > 0 || mapping === null) return;
    if (mapping.taken && !this.#ended) this.#drop(mapping);
    else mapping[Symbol.dispose]();
  }

  /**
   * Keeps a region that a worker may be reading for a while: nobody can tell when it
   * is done. Where it isn't by then, it sees zeros.
   */
  #drop(mapping: Mapping): void {
    this.#dropped.push(mapping);
    if (this.#dropped.length > MAX_DROPPED) {
      this.#dropped.shift()![Symbol.dispose]();
    }
  }
}

function unknownRegion(number: number): RpcError {
  return ringViolation(
    `The other side uses region ${number}, which it hasn't announced, or can't`,
    number,
  );
}
