import { type Clock, systemClock } from "../../internal/clock.ts";
import { toRpcError } from "../../internal/io_error.ts";
import { checkBodyLen } from "../../protocol/body_limit.ts";
import type { RpcError } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import type { ChannelEvents } from "../channel.ts";
import type { CheckedChannel } from "../channel_transport.ts";
import { disown } from "../descriptor/disown.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import {
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLRDHUP,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import type { Polled } from "../reactor/poll_list.ts";
import { Reactor } from "../reactor/reactor.ts";
import type { Watched } from "../reactor/watched.ts";
import type { Incoming } from "../transport.ts";
import { closedHere } from "../unix_seqpacket/closed_here.ts";
import { checkFds } from "../unix_seqpacket/check_fds.ts";
import type { UnixBody } from "../unix_seqpacket/unix_body.ts";
import { DescriptorQueue } from "./descriptor_queue.ts";
import { acceptRings, checkAnswer, offerRings } from "./handshake.ts";
import { datagramKind, type Hello } from "./hello.ts";
import { IdleMemory } from "./idle_memory.ts";
import { RecordReader } from "./record_reader.ts";
import { RecordWriter } from "./record_writer.ts";
import { ringViolation } from "./ring_error.ts";
import {
  encodeDescriptors,
  type RingDatagram,
  RingSocket,
  RingSocketSpace,
} from "./ring_socket.ts";
import type { RingRole, Rings } from "./rings.ts";
import type { ResolvedSharedRingConfig } from "./shared_ring_config.ts";

const READABLE = EPOLLIN | EPOLLRDHUP;
const ENDED = EPOLLHUP | EPOLLERR;
const WRITTEN: Promise<void> = Promise.resolve();

/** The rings that are in use, and what reads them. */
interface OpenRings {
  readonly rings: Rings;
  readonly reader: RecordReader;
}

/**
 * Messages over two rings in shared memory, and over the seqpacket socket beside
 * them, which it owns.
 */
export class SharedRingChannel
  implements CheckedChannel<UnixBody>, Watched, Polled {
  readonly fd: number;
  readonly #socket: FileDescriptor;
  readonly #ringSocket: RingSocket;
  readonly #libc: Libc;
  readonly #config: ResolvedSharedRingConfig;
  readonly #reactor: Reactor;
  readonly #writer: RecordWriter;
  readonly #descriptors: DescriptorQueue;
  readonly #idle: IdleMemory;
  /** Null on the side that accepts until the other one has sent them. */
  #open: OpenRings | null = null;
  /** What this side has asked for, and what wasn't answered. */
  #asked: Hello | null = null;
  /** Whether it is looked at in each turn, so that the other side needn't wake it. */
  #isAwake = false;
  #isWatched = false;
  #hasFinished = false;
  #reading: PromiseWithResolvers<Incoming<UnixBody>[] | null> | null = null;
  #writing: PromiseWithResolvers<void> | null = null;
  #closed: Promise<void> | null = null;
  #failure: RpcError | null = null;
  #events: ChannelEvents | null = null;
  readonly settlesCopies = true;
  /** What is often ready is the ring. */
  readonly staysInEpoll = true;
  /** What is written stays readable when this side is gone. */
  readonly losesOnClose = false;

  /**
   * Takes over a connected, nonblocking socket. On the side that connects it makes
   * the rings and sends them.
   *
   * @throws {Error} If the process has no descriptor or no memory left.
   */
  constructor(
    libc: Libc,
    socket: FileDescriptor,
    role: RingRole,
    config: ResolvedSharedRingConfig,
    clock: Clock = systemClock,
  ) {
    const fd = this.fd = socket.fd;
    this.#config = config;
    this.#descriptors = new DescriptorQueue(config.maxFdsRead);
    this.#writer = new RecordWriter(config.littleEndian, {
      sendDescriptors: (fds) =>
        this.#ringSocket.send(encodeDescriptors(fds.length), fds),
      wake: () => this.#ringSocket.wake(),
      onRefused: (header, error) => this.#events?.onRefused(header, error),
    });
    this.#idle = new IdleMemory(clock, () => this.#giveBack());
    const reactor = this.#reactor = Reactor.watch(libc, this);
    const own = this.#libc = libc.retain();
    try {
      const space = reactor.shared("rings", () => new RingSocketSpace());
      this.#ringSocket = new RingSocket(own, fd, space);
      if (role === "connect") {
        const { hello, rings } = offerRings(own, this.#ringSocket, config);
        this.#asked = hello;
        this.#start(rings);
      }
      this.#socket = new FileDescriptor(socket[disown](), own);
    } catch (error) {
      this.#open?.rings[Symbol.dispose]();
      reactor.unwatch(fd);
      own[Symbol.dispose]();
      throw error;
    }
  }

  attach(events: ChannelEvents): void {
    this.#events = events;
  }

  get partial(): boolean {
    return this.#open?.reader.partial ?? false;
  }

  get received(): number {
    return this.#open?.reader.received ?? 0;
  }

  get written(): number {
    return this.#writer.written;
  }

  check(message: Message<UnixBody>): RpcError | null {
    const { maxBodyLenWrite, maxFdsWrite } = this.#config;
    return checkFds(message, maxFdsWrite) ??
      checkBodyLen(message, maxBodyLenWrite);
  }

  read(): Promise<Incoming<UnixBody>[] | null> {
    if (this.partial) this.#events?.onPartial();
    this.#reading = Promise.withResolvers();
    const { promise } = this.#reading;
    if (this.#closed !== null || this.#failure !== null) {
      this.#failRead(this.#failure ?? closedHere());
    } else this.#awaken();
    return promise;
  }

  copies(message: Message<UnixBody>): boolean {
    return this.#writer.copies(message);
  }

  push(
    message: Message<UnixBody>,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void {
    this.#writer.push(message, detachable, settle);
  }

  detach(): void {
    this.#writer.detach();
  }

  get empty(): boolean {
    return this.#writer.empty;
  }

  // Not an async function: what fits the ring is written when this returns.
  write(): Promise<void> {
    this.#writer.begin();
    let all: boolean;
    try {
      all = this.#send();
    } catch (error) {
      return Promise.reject(this.#failWrite(error));
    }
    // An answer is likely to come soon.
    this.#awaken();
    return all ? WRITTEN : this.#writeRest();
  }

  closeWrite(): Promise<void> {
    this.#hasFinished = true;
    if (this.#closed !== null) return WRITTEN;
    if (this.#open !== null) this.#finish(this.#open);
    // The rings may be on their way.
    else this.#awaken();
    return WRITTEN;
  }

  close(): Promise<void> {
    return this.#closed ??= this.#closeOnce();
  }

  /** Sets whether the connection keeps the program alive. */
  setRef(referenced: boolean): void {
    if (this.#closed === null) this.#reactor.setRef(this.fd, referenced);
  }

  poll(): number {
    let work = 0;
    if (this.#writing !== null && !this.#writer.waitsForSocket) {
      work += this.#writeOn(this.#writing);
    }
    if (this.#reading !== null) work += this.#deliver(this.#reading);
    return work;
  }

  sleep(): boolean {
    if (this.#hasNothing()) {
      this.#isAwake = false;
      this.#idle.begin(this.#writer.written + this.received);
      return true;
    }
    this.#clearFlags();
    return false;
  }

  onReady(events: number): number {
    if (events & EPOLLOUT) {
      this.#reactor.drop(this.fd, EPOLLOUT);
      this.#writer.waitsForSocket = false;
    }
    if (events & (READABLE | ENDED)) {
      for (const datagram of this.#ringSocket.receive()) this.#take(datagram);
      if (this.#ringSocket.ended) {
        this.#reactor.drop(this.fd, READABLE | EPOLLOUT);
        this.#isWatched = true;
        this.#failWriting(brokenPipe());
      }
    }
    if (this.#closed !== null) return 1;
    this.#awaken();
    return 1 + this.poll();
  }

  onFailed(error: unknown): void {
    this.#failure ??= toRpcError(error);
    this.#failRead(this.#failure);
    this.#failWriting(this.#failure);
  }

  async #closeOnce(): Promise<void> {
    this.#idle.end();
    this.#reactor.forget(this);
    const ended = this.#reactor.unwatch(this.fd);
    this.#socket.close();
    const error = closedHere();
    this.#failRead(error);
    this.#failWriting(error);
    this.#writer.drop(error);
    this.#descriptors.close();
    this.#open?.reader.drop();
    this.#open?.rings[Symbol.dispose]();
    await ended;
    this.#libc[Symbol.dispose]();
  }

  /** Looks at the rings from the next turn on. */
  #awaken(): void {
    if (!this.#isWatched) {
      this.#isWatched = true;
      this.#reactor.want(this.fd, READABLE);
    }
    if (!this.#isAwake) {
      this.#isAwake = true;
      this.#clearFlags();
      this.#reactor.awaken(this);
    }
    this.#reactor.expect();
  }

  #clearFlags(): void {
    this.#open?.rings.incoming.awake();
    this.#writer.awake();
  }

  /** Asks to be woken; whether there is nothing to do before that. */
  #hasNothing(): boolean {
    try {
      if (this.#writing !== null && !this.#writer.sleep()) return false;
      if (this.#reading === null) return true;
      if (this.#ringSocket.ended) return false;
      return this.#open?.rings.incoming.sleep() ?? true;
    } catch (error) {
      this.onFailed(error);
      return true;
    }
  }

  #giveBack(): void {
    try {
      this.#open?.rings.giveBack();
      this.#open?.reader.shrink();
    } catch (error) {
      this.onFailed(error);
    }
  }

  #start(rings: Rings): void {
    const reader = new RecordReader(rings.incoming, this.#config, {
      takeDescriptors: (count) => this.#takeDescriptors(count),
      wake: () => this.#ringSocket.wake(),
    });
    this.#open = { rings, reader };
    this.#writer.open(rings.outgoing);
    if (this.#hasFinished) this.#finish(this.#open);
  }

  #finish({ rings }: OpenRings): void {
    if (rings.outgoing.finish()) this.#ringSocket.wake();
  }

  /** Takes a datagram, in the order in which they come. */
  #take(datagram: RingDatagram): void {
    try {
      if (this.#failure !== null || this.#closed !== null) {
        return closeAll(datagram.fds);
      }
      if (this.#open === null) {
        this.#start(
          acceptRings(this.#libc, this.#ringSocket, datagram, this.#config),
        );
      } else if (this.#asked !== null) {
        closeAll(datagram.fds);
        checkAnswer(datagram, this.#asked);
        this.#asked = null;
      } else if (datagram.kind === datagramKind.DESCRIPTORS) {
        this.#descriptors.add(datagram);
      } else {
        closeAll(datagram.fds);
        if (datagram.kind === datagramKind.WAKE) return;
        throw ringViolation(
          `A datagram of the unknown kind ${datagram.kind} came beside the rings`,
          datagram.kind,
        );
      }
    } catch (error) {
      this.onFailed(error);
    }
  }

  /**
   * The descriptors of the next message. They were sent before its record was
   * published, so they are there.
   */
  #takeDescriptors(count: number): ReturnType<DescriptorQueue["take"]> {
    for (const datagram of this.#ringSocket.receive()) this.#take(datagram);
    if (this.#failure !== null) throw this.#failure;
    return this.#descriptors.take(count);
  }

  /** Delivers what is in the ring; how many messages. The end counts as one. */
  #deliver(reading: PromiseWithResolvers<Incoming<UnixBody>[] | null>): number {
    const open = this.#open;
    if (open === null) return this.#ringSocket.ended ? this.#end(null) : 0;
    const { reader, rings } = open;
    const before = reader.received;
    try {
      let items = reader.receive();
      if (items.length === 0 && reader.received === before) {
        if (!this.#ringSocket.ended && !rings.incoming.finished) return 0;
        // Something may have come before the end.
        items = reader.receive();
        if (items.length === 0 && reader.received === before) {
          return this.#end(reader.end());
        }
      }
      this.#reading = null;
      reading.resolve(items);
      return Math.max(1, items.length);
    } catch (error) {
      this.#failRead(error);
      return 1;
    }
  }

  #end(error: RpcError | null): number {
    const reading = this.#reading;
    this.#reading = null;
    if (error === null) reading?.resolve(null);
    else reading?.reject(error);
    return 1;
  }

  #send(): boolean {
    if (this.#closed !== null) throw closedHere();
    if (this.#failure !== null) throw this.#failure;
    if (this.#ringSocket.ended) throw brokenPipe();
    return this.#writer.send();
  }

  async #writeRest(): Promise<void> {
    this.#writing = Promise.withResolvers();
    const { promise } = this.#writing;
    if (this.#writer.waitsForSocket) this.#reactor.want(this.fd, EPOLLOUT);
    try {
      await promise;
    } catch (error) {
      throw this.#failWrite(error);
    }
  }

  /** Goes on writing; 1 if there was room for something. */
  #writeOn(writing: PromiseWithResolvers<void>): number {
    const before = this.#writer.written;
    try {
      const all = this.#send();
      if (all) {
        this.#writing = null;
        writing.resolve();
      } else if (this.#writer.waitsForSocket) {
        this.#reactor.want(this.fd, EPOLLOUT);
      }
      return all || this.#writer.written !== before ? 1 : 0;
    } catch (error) {
      this.#failWriting(error);
      return 1;
    }
  }

  #failWrite(error: unknown): RpcError {
    const rpcError = toRpcError(error);
    this.#writer.drop(rpcError);
    return rpcError;
  }

  #failWriting(error: unknown): void {
    this.#writing?.reject(error);
    this.#writing = null;
  }

  #failRead(error: unknown): void {
    this.#reading?.reject(error);
    this.#reading = null;
  }
}

function closeAll(fds: readonly FileDescriptor[]): void {
  for (const fd of fds) fd.close();
}

/** What a write gives where the other side has closed, as a socket's does. */
function brokenPipe(): Error {
  return new Deno.errors.BrokenPipe("The other side has closed the connection");
}
