import { type Clock, systemClock } from "../../internal/clock.ts";
import { toRpcError } from "../../internal/errors.ts";
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
import { closedHere } from "../channel_errors.ts";
import type { Libc } from "../libc/libc.ts";
import type { Polled } from "../reactor/poll_list.ts";
import { Reactor } from "../reactor/reactor.ts";
import type { Watched } from "../reactor/watched.ts";
import type { Incoming } from "../transport.ts";
import { checkUnixMessage } from "../unix_seqpacket/unix_config.ts";
import type { UnixBody } from "../unix_seqpacket/unix_body.ts";
import type { Credentials } from "../unix/credentials.ts";
import { IdleMemory } from "./idle_memory.ts";
import { brokenPipe } from "./ring_error.ts";
import { RingLink } from "./ring_link.ts";
import { RingSocketSpace } from "./ring_socket.ts";
import type { RingRole } from "./rings.ts";
import type { ResolvedSharedRingConfig } from "./shared_ring_config.ts";

const READABLE = EPOLLIN | EPOLLRDHUP;
const ENDED = EPOLLHUP | EPOLLERR;
const WRITTEN: Promise<void> = Promise.resolve();

/**
 * Messages over two rings in shared memory, and over the seqpacket socket beside
 * them, which it owns.
 *
 * While it is awake, the reactor looks at the rings in each turn. Before it sleeps,
 * it asks the other side to be woken, by a datagram.
 */
export class SharedRingChannel
  implements CheckedChannel<UnixBody>, Watched, Polled {
  readonly fd: number;
  readonly #socket: FileDescriptor;
  readonly #libc: Libc;
  readonly #config: ResolvedSharedRingConfig;
  readonly #reactor: Reactor;
  readonly #link: RingLink;
  readonly #idle: IdleMemory;
  #isAwake = false;
  #isWatched = false;
  /** Whether something was published since the last turn. */
  #hasPublished = false;
  #later: ReturnType<typeof setImmediate> | null = null;
  #reading: PromiseWithResolvers<Incoming<UnixBody>[] | null> | null = null;
  #writing: PromiseWithResolvers<void> | null = null;
  #closed: Promise<void> | null = null;
  #failure: RpcError | null = null;
  #events: ChannelEvents | null = null;
  readonly settlesCopies = true;
  /** What is written stays readable when this side is gone. */
  readonly losesOnClose = false;
  /** What is often ready is the ring. */
  readonly staysInEpoll = true;

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
    credentials: Credentials | null,
    clock: Clock = systemClock,
  ) {
    const fd = this.fd = socket.fd;
    this.#config = config;
    const reactor = this.#reactor = Reactor.watch(libc, this);
    const own = this.#libc = libc.retain();
    let link: RingLink | null = null;
    try {
      link = new RingLink(
        own,
        fd,
        reactor.shared("rings", () => new RingSocketSpace()),
        role,
        config,
        {
          trusts: config.trustFrames ||
            credentials?.uid === own.symbols.geteuid(),
          onRefused: (header, error) => this.#events?.onRefused(header, error),
          awaken: () => this.#awaken(),
          onFailed: (error) => this.onFailed(error),
        },
      );
      this.#socket = new FileDescriptor(socket[disown](), own);
    } catch (error) {
      link?.[Symbol.dispose]();
      reactor.unwatch(fd);
      own[Symbol.dispose]();
      throw error;
    }
    this.#link = link;
    this.#idle = new IdleMemory(clock, () => this.#shrink());
  }

  attach(events: ChannelEvents): void {
    this.#events = events;
  }

  get partial(): boolean {
    return this.#link.reader?.partial ?? false;
  }

  get received(): number {
    return this.#link.reader?.received ?? 0;
  }

  get written(): number {
    return this.#link.writer.written;
  }

  check(message: Message<UnixBody>): RpcError | null {
    return checkUnixMessage(message, this.#config);
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
    return this.#link.writer.copies(message);
  }

  push(
    message: Message<UnixBody>,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void {
    this.#link.writer.push(message, detachable, settle);
  }

  detach(): void {
    this.#link.writer.detach();
  }

  get empty(): boolean {
    return this.#link.writer.empty;
  }

  /**
   * Writes what is queued: the first time in a turn at once, then all that comes in
   * that turn together. A write for each message that is awaited would take longer
   * than the message.
   */
  // Not an async function: what fits the ring is written when this returns.
  write(): Promise<void> {
    this.#link.writer.begin();
    if (this.#hasPublished) return this.#writeLater();
    this.#hasPublished = true;
    let all: boolean;
    try {
      all = this.#send();
    } catch (error) {
      return Promise.reject(this.#dropUnwritten(error));
    }
    // A callback may have closed it, before what was written is published.
    if (this.#closed !== null) return Promise.reject(closedHere());
    this.#awaken();
    this.#reactor.sent();
    return all ? WRITTEN : this.#writeRest();
  }

  closeWrite(): Promise<void> {
    if (this.#closed !== null) return WRITTEN;
    this.#link.finish();
    // The rings may be on their way.
    if (this.#link.reader === null) this.#awaken();
    return WRITTEN;
  }

  close(): Promise<void> {
    return this.#closed ??= this.#closeOnce();
  }

  /** Limits how large the regions are that the other side sends frames of. */
  limitFrames(maxSize: number): void {
    this.#link.limitFrames(maxSize);
  }

  /** Sets whether the connection keeps the program alive. */
  setRef(referenced: boolean): void {
    if (this.#closed === null) this.#reactor.setRef(this.fd, referenced);
  }

  poll(): number {
    this.#hasPublished = false;
    this.#link.collect();
    let work = 0;
    if (this.#writing !== null && !this.#link.writer.waitsForSocket) {
      work += this.#writeOn(this.#writing);
    }
    if (this.#reading !== null) work += this.#deliver(this.#reading);
    return work;
  }

  sleep(): boolean {
    if (this.#hasNothing()) {
      this.#isAwake = false;
      this.#idle.begin(this.written + this.received);
      return true;
    }
    this.#link.awake();
    return false;
  }

  onReady(events: number): number {
    if (events & EPOLLOUT) {
      this.#reactor.drop(this.fd, EPOLLOUT);
      this.#link.writer.socketReady();
    }
    // What this throws goes to onFailed.
    if (events & (READABLE | ENDED)) this.#link.receive();
    if (this.#link.ended) {
      this.#reactor.drop(this.fd, READABLE | EPOLLOUT);
      this.#failWriting(brokenPipe());
    }
    this.#awaken();
    return 1 + this.poll();
  }

  onFailed(error: unknown): void {
    this.#failure ??= toRpcError(error);
    this.#failRead(this.#failure);
    this.#failWriting(this.#failure);
  }

  async #closeOnce(): Promise<void> {
    if (this.#later !== null) clearImmediate(this.#later);
    this.#idle.end();
    this.#reactor.forget(this);
    const ended = this.#reactor.unwatch(this.fd);
    this.#socket.close();
    const error = closedHere();
    this.#failRead(error);
    this.#failWriting(error);
    this.#link.end(error);
    await ended;
    this.#libc[Symbol.dispose]();
  }

  /** Looks at the rings from the next turn on, and watches the socket. */
  #awaken(): void {
    if (!this.#isWatched) {
      this.#isWatched = true;
      this.#reactor.want(this.fd, READABLE);
    }
    if (!this.#isAwake) {
      this.#isAwake = true;
      this.#link.awake();
      this.#reactor.awaken(this);
    }
    this.#reactor.expect();
  }

  /** Asks to be woken; whether there is nothing to do before that. */
  #hasNothing(): boolean {
    try {
      if (this.#link.owesWake) return false;
      if (this.#writing !== null && !this.#link.writer.sleep()) return false;
      if (!this.#link.sleepForReleases()) return false;
      return this.#reading === null || this.#link.sleep();
    } catch (error) {
      this.onFailed(error);
      return true;
    }
  }

  #shrink(): boolean {
    try {
      return this.#link.shrink();
    } catch (error) {
      this.onFailed(error);
      return true;
    }
  }

  /** Delivers what is in the ring; how many messages. The end counts as one. */
  #deliver(reading: PromiseWithResolvers<Incoming<UnixBody>[] | null>): number {
    const { reader, ended } = this.#link;
    if (reader === null) {
      if (!ended) return 0;
      this.#reading = null;
      reading.resolve(null);
      return 1;
    }
    const before = reader.received;
    try {
      let items: Incoming<UnixBody>[] | null = reader.receive();
      if (items.length === 0 && reader.received === before) {
        if (!this.#link.finished) return 0;
        // Something may have come before the end.
        items = reader.receive();
        if (items.length === 0 && reader.received === before) {
          const error = reader.end();
          if (error !== null) throw error;
          items = null;
        }
      }
      this.#reading = null;
      reading.resolve(items);
      return items?.length || 1;
    } catch (error) {
      this.#failRead(error);
      return 1;
    }
  }

  #send(): boolean {
    if (this.#closed !== null) throw closedHere();
    if (this.#failure !== null) throw this.#failure;
    if (this.#link.ended) throw brokenPipe();
    return this.#link.writer.send();
  }

  /** Writes in the next turn of the event loop, whether the reactor has one or not. */
  #writeLater(): Promise<void> {
    this.#later ??= setImmediate(() => {
      this.#later = null;
      if (this.#writing !== null) this.#writeOn(this.#writing);
    });
    this.#awaken();
    return this.#writeRest();
  }

  async #writeRest(): Promise<void> {
    this.#writing = Promise.withResolvers();
    const { promise } = this.#writing;
    this.#watchSocket();
    try {
      await promise;
    } catch (error) {
      throw this.#dropUnwritten(error);
    }
  }

  /** Goes on writing; 1 if there was room for something. */
  #writeOn(writing: PromiseWithResolvers<void>): number {
    const before = this.written;
    try {
      const all = this.#send();
      if (all) {
        this.#writing = null;
        writing.resolve();
      } else this.#watchSocket();
      return all || this.written !== before ? 1 : 0;
    } catch (error) {
      this.#failWriting(error);
      return 1;
    }
  }

  /** Waits for the socket to take descriptors, if that is what a write waits for. */
  #watchSocket(): void {
    if (!this.#link.writer.waitsForSocket) return;
    this.#reactor.want(this.fd, EPOLLOUT);
  }

  #dropUnwritten(error: unknown): RpcError {
    const rpcError = toRpcError(error);
    this.#link.writer.drop(rpcError);
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
