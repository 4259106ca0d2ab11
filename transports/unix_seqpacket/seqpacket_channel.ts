import type { RpcError } from "../../protocol/error.ts";
import { HEADER_LEN } from "../../protocol/header.ts";
import type { Message } from "../../protocol/message.ts";
import type { ChannelEvents } from "../channel.ts";
import type { CheckedChannel } from "../channel_transport.ts";
import { disown } from "../descriptor/disown.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { toRpcError } from "../../internal/errors.ts";
import {
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLRDHUP,
  SHUT_WR,
} from "../libc/constants.ts";
import { closedHere } from "../channel_errors.ts";
import type { Libc } from "../libc/libc.ts";
import { Reactor } from "../reactor/reactor.ts";
import type { Watched } from "../reactor/watched.ts";
import type { Incoming } from "../transport.ts";
import { checkUnixMessage, type ResolvedUnixConfig } from "./unix_config.ts";
import { DatagramReceiver } from "./datagram_receiver.ts";
import { DatagramSender } from "./datagram_sender.ts";
import { ReceiveSpace } from "./receive_space.ts";
import { MAX_DATAGRAM_LEN } from "./send_buffer.ts";
import { SendSpace } from "./send_space.ts";
import type { UnixBody } from "./unix_body.ts";

const READABLE = EPOLLIN | EPOLLRDHUP;
const ENDED = EPOLLHUP | EPOLLERR;

/** Messages over a seqpacket socket, which it owns. */
export class SeqpacketChannel implements CheckedChannel<UnixBody>, Watched {
  readonly fd: number;
  readonly #socket: FileDescriptor;
  readonly #libc: Libc;
  readonly #config: ResolvedUnixConfig;
  readonly #reactor: Reactor;
  readonly #receiver: DatagramReceiver;
  readonly #sender: DatagramSender;
  #reader: PromiseWithResolvers<Incoming<UnixBody>[] | null> | null = null;
  #writer: PromiseWithResolvers<void> | null = null;
  #closed: Promise<void> | null = null;
  #failure: RpcError | null = null;
  /** Always false, as a datagram arrives whole. */
  readonly partial = false;
  readonly settlesCopies = true;
  /** The other side has what was sent already. */
  readonly losesOnClose = false;
  #events: ChannelEvents | null = null;

  /**
   * Takes over a connected, nonblocking socket.
   *
   * @throws {Error} If the process has no descriptor or no memory left.
   */
  constructor(libc: Libc, socket: FileDescriptor, config: ResolvedUnixConfig) {
    const fd = this.fd = socket.fd;
    this.#config = config;
    const reactor = this.#reactor = Reactor.watch(libc, this);
    let receiving: ReceiveSpace;
    let sending: SendSpace;
    try {
      receiving = receiveSpace(reactor, config.maxBodyLenRead);
      sending = reactor.shared("send", () => new SendSpace());
      this.#socket = new FileDescriptor(socket[disown](), libc);
    } catch (error) {
      reactor.unwatch(fd);
      throw error;
    }
    this.#libc = libc.retain();
    this.#receiver = new DatagramReceiver(this.#libc, fd, receiving, config);
    this.#sender = new DatagramSender(
      this.#libc,
      fd,
      sending,
      config.littleEndian,
      (header, error) => this.#events?.onRefused(header, error),
    );
  }

  attach(events: ChannelEvents): void {
    this.#events = events;
  }

  get received(): number {
    return this.#receiver.received;
  }

  get written(): number {
    return this.#sender.written;
  }

  check(message: Message<UnixBody>): RpcError | null {
    return checkUnixMessage(message, this.#config);
  }

  read(): Promise<Incoming<UnixBody>[] | null> {
    this.#reader = Promise.withResolvers();
    const { promise } = this.#reader;
    if (this.#closed !== null || this.#failure !== null) {
      this.#failReader(this.#failure ?? closedHere());
    } else if (this.#receiver.over) this.#onReadable();
    else this.#reactor.want(this.fd, READABLE);
    return promise;
  }

  onReady(events: number): number {
    if (events & (EPOLLOUT | ENDED)) this.#onWritable();
    return (events & (READABLE | ENDED)) === 0 ? 1 : this.#onReadable();
  }

  onFailed(error: unknown): void {
    this.#failure ??= toRpcError(error);
    this.#failReader(this.#failure);
    this.#writer?.reject(this.#failure);
    this.#writer = null;
  }

  copies(message: Message<UnixBody>): boolean {
    return this.#sender.copies(message);
  }

  push(
    message: Message<UnixBody>,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void {
    this.#sender.push(message, detachable, settle);
  }

  detach(): void {
    this.#sender.detach();
  }

  get empty(): boolean {
    return this.#sender.empty;
  }

  async write(): Promise<void> {
    this.#sender.begin();
    try {
      while (!this.#send()) {
        if (this.#failure !== null) throw this.#failure;
        const { promise } = this.#writer = Promise.withResolvers<void>();
        this.#reactor.want(this.fd, EPOLLOUT);
        await promise;
      }
    } catch (error) {
      const rpcError = toRpcError(error);
      this.#sender.drop(rpcError);
      throw rpcError;
    }
  }

  closeWrite(): Promise<void> {
    if (this.#closed === null) this.#libc.symbols.shutdown(this.fd, SHUT_WR);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#closed ??= this.#closeOnce();
  }

  /** Sets whether the connection keeps the program alive. */
  setRef(referenced: boolean): void {
    if (this.#closed === null) this.#reactor.setRef(this.fd, referenced);
  }

  async #closeOnce(): Promise<void> {
    const ended = this.#reactor.unwatch(this.fd);
    this.#socket.close();
    const error = closedHere();
    this.#failReader(error);
    this.#writer?.reject(error);
    this.#writer = null;
    this.#sender.drop(error);
    await ended;
    this.#libc[Symbol.dispose]();
  }

  #send(): boolean {
    if (this.#closed !== null) throw closedHere();
    const all = this.#sender.send();
    this.#reactor.sent();
    return all;
  }

  /** Reads; how many messages it took. The end counts as one. */
  #onReadable(): number {
    const reader = this.#reader;
    if (reader === null) {
      this.#reactor.drop(this.fd, READABLE);
      return 0;
    }
    let items: Incoming<UnixBody>[] | null;
    try {
      items = this.#receiver.receive();
    } catch (error) {
      this.#failReader(error);
      return 1;
    }
    if (items !== null && items.length === 0) return 0;
    this.#reader = null;
    reader.resolve(items);
    return items?.length ?? 1;
  }

  #onWritable(): void {
    this.#reactor.drop(this.fd, EPOLLOUT);
    this.#writer?.resolve();
    this.#writer = null;
  }

  #failReader(error: unknown): void {
    this.#reader?.reject(error);
    this.#reader = null;
  }
}

/**
 * The receive memory. Connections whose limits have the same next power of two
 * share it.
 */
function receiveSpace(reactor: Reactor, maxBodyLen: number): ReceiveSpace {
  const bodyLen = 2 ** Math.ceil(Math.log2(maxBodyLen));
  const length = Math.min(HEADER_LEN + bodyLen, MAX_DATAGRAM_LEN);
  return reactor.shared(`receive ${length}`, () => new ReceiveSpace(length));
}
