import type { MessageHeader } from "../../protocol/header.ts";
import type { RpcError } from "../../protocol/error.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import type { Libc } from "../libc/libc.ts";
import {
  DescriptorQueue,
  type ReceivedDescriptors,
} from "./descriptor_queue.ts";
import { FrameReceiver } from "./frames/frame_receiver.ts";
import { FrameSender, type FrameSenderHooks } from "./frames/frame_sender.ts";
import { acceptRings, checkAnswer, offerRings } from "./handshake.ts";
import { datagramKind, type Hello } from "./hello.ts";
import { RecordReader } from "./record_reader.ts";
import { RecordWriter } from "./record_writer.ts";
import { ringViolation } from "./ring_error.ts";
import {
  encodeDescriptors,
  type RingDatagram,
  RingSocket,
  type RingSocketSpace,
} from "./ring_socket.ts";
import type { RingRole, Rings } from "./rings.ts";
import type { ResolvedSharedRingConfig } from "./shared_ring_config.ts";

/** What a link needs from its channel. */
export interface RingLinkHooks extends Omit<FrameSenderHooks, "flush"> {
  /** Whether frames are views of the other side's memory, and not copies. */
  readonly trusts: boolean;
  /** Called for a message that is refused and nobody waits for. */
  onRefused(header: MessageHeader, error: RpcError): void;
}

/**
 * The rings of a connection and the socket beside them: what reads and writes
 * messages, and how the two sides come to share the rings.
 */
export class RingLink implements Disposable {
  /** Writes messages; what comes before there are rings waits in it. */
  readonly writer: RecordWriter;
  readonly #libc: Libc;
  readonly #socket: RingSocket;
  readonly #config: ResolvedSharedRingConfig;
  readonly #descriptors: DescriptorQueue;
  readonly #frames: FrameSender;
  readonly #trusts: boolean;
  #received: FrameReceiver | null = null;
  #maxFrameSize: number | null = null;
  /** Null on the side that accepts until the other one has sent them. */
  #rings: Rings | null = null;
  #reader: RecordReader | null = null;
  /** What this side has asked for, until it is answered. */
  #asked: Hello | null = null;
  #finished = false;
  /** Whether what comes is dropped. */
  #failed = false;

  /**
   * Uses a connected, nonblocking socket, which the caller closes. On the side that
   * connects it makes the rings and sends them.
   *
   * @throws {Error} If the process has no descriptor or no memory left.
   */
  constructor(
    libc: Libc,
    fd: number,
    space: RingSocketSpace,
    role: RingRole,
    config: ResolvedSharedRingConfig,
    { trusts, onRefused, awaken, onFailed }: RingLinkHooks,
  ) {
    const socket = this.#socket = new RingSocket(libc, fd, space, {
      awaken,
      onFailed,
    });
    this.#libc = libc;
    this.#config = config;
    this.#descriptors = new DescriptorQueue(config.maxFdsRead);
    this.#trusts = trusts;
    this.#frames = new FrameSender({
      awaken,
      onFailed,
      flush: () => this.writer.forget(),
    });
    this.writer = new RecordWriter(config.littleEndian, this.#frames, {
      sendDescriptors: (fds) => socket.send(encodeDescriptors(fds.length), fds),
      wake: () => socket.wake(),
      onRefused,
    });
    if (role === "accept") return;
    const { hello, rings } = offerRings(libc, socket, config);
    this.#asked = hello;
    this.#open(rings);
  }

  /** Reads messages; null until there are rings. */
  get reader(): RecordReader | null {
    return this.#reader;
  }

  /** Whether the other side's socket has ended. */
  get ended(): boolean {
    return this.#socket.ended;
  }

  /** Whether the other side has written its last message. */
  get finished(): boolean {
    return this.ended || this.#rings?.incoming.finished === true;
  }

  /**
   * Takes the datagrams that have come.
   *
   * @throws {RpcError} If one isn't valid, or the other side refuses.
   */
  receive(): void {
    let failure: { readonly error: unknown } | null = null;
    for (const datagram of this.#socket.receive()) {
      if (this.#failed) {
        closeAll(datagram.fds);
        continue;
      }
      try {
        this.#take(datagram);
      } catch (error) {
        failure = { error };
        this.#failed = true;
      }
    }
    if (failure !== null) throw failure.error;
  }

  /** Tells the other side that nothing more will come. */
  finish(): void {
    this.#finished = true;
    if (this.#rings?.outgoing.finish()) this.#socket.wake();
  }

  /** Asks to be woken when something comes; whether nothing has come by now. */
  sleep(): boolean {
    return !this.ended && (this.#rings?.incoming.sleep() ?? true);
  }

  /** Asks to be woken when a frame is released that somebody waits for; as `sleep`. */
  sleepForReleases(): boolean {
    return this.#frames.sleep();
  }

  /** Asks to be woken no more. */
  awake(): void {
    this.#rings?.incoming.awake();
    this.writer.awake();
    this.#frames.awake();
  }

  /** Whether a wake-up couldn't be sent, which `collect` tries again. */
  get owesWake(): boolean {
    return this.#socket.owesWake;
  }

  /** Takes releases of frames, writes what follows from them, and wakes if it must. */
  collect(): void {
    if (this.#socket.owesWake) this.#socket.wake();
    this.#frames.poll();
    this.writer.forget();
  }

  /** Limits how large the regions are that this side takes. */
  limitFrames(maxSize: number): void {
    this.#maxFrameSize = maxSize;
    if (this.#received !== null) this.#received.maxSize = maxSize;
  }

  /**
   * Gives memory back that only a busy connection needs; whether that was all. If
   * not, the other side wakes this one when it has read on.
   *
   * @throws {RpcError} If the reader's index can't be right.
   */
  shrink(): boolean {
    this.#reader?.shrink();
    return this.#rings?.giveBack() ?? true;
  }

  /** Drops what is unwritten and unread, and unmaps the rings. */
  end(error: RpcError): void {
    this.#failed = true;
    this.writer.drop(error);
    this[Symbol.dispose]();
  }

  /** Unmaps the rings. */
  [Symbol.dispose](): void {
    this.#descriptors.close();
    this.#reader?.drop();
    this.#frames.end();
    this.#received?.end();
    this.#rings?.[Symbol.dispose]();
  }

  #open(rings: Rings): void {
    this.#rings = rings;
    const wake = (): void => this.#socket.wake();
    const frames = this.#received = new FrameReceiver(
      this.#libc,
      rings.incoming.memory,
      this.#trusts,
      { wake },
    );
    if (this.#maxFrameSize !== null) frames.maxSize = this.#maxFrameSize;
    this.#frames.open(rings.outgoing.memory);
    this.#reader = new RecordReader(rings.incoming, this.#config, {
      takeDescriptors: (count) => this.#takeDescriptors(count),
      wake,
      frames,
    });
    this.writer.open(rings.outgoing);
    if (this.#finished) this.finish();
  }

  #take(datagram: RingDatagram): void {
    const { kind, fds } = datagram;
    if (this.#rings === null) {
      return this.#open(
        acceptRings(this.#libc, this.#socket, datagram, this.#config),
      );
    }
    if (this.#asked === null && kind === datagramKind.DESCRIPTORS) {
      return this.#descriptors.add(datagram);
    }
    closeAll(fds);
    if (this.#asked !== null) {
      checkAnswer(datagram, this.#asked);
      this.#asked = null;
    } else if (kind !== datagramKind.WAKE) {
      throw ringViolation(
        `A datagram of the unknown kind ${kind} came beside the rings`,
        kind,
      );
    }
  }

  /**
   * The descriptors of the next message. They were sent before its record was
   * published, so they are there.
   */
  #takeDescriptors(count: number): ReceivedDescriptors {
    this.receive();
    return this.#descriptors.take(count);
  }
}

function closeAll(fds: readonly FileDescriptor[]): void {
  for (const fd of fds) fd.close();
}
