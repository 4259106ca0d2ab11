import type { RpcError } from "../../protocol/error.ts";
import {
  HEADER_LEN,
  invalidMessageType,
  MAX_MESSAGE_TYPE,
  MessageHeader,
  messageTooShort,
  type MessageType,
} from "../../protocol/header.ts";
import { Message } from "../../protocol/message.ts";
import { DESCRIPTOR_COST } from "../../internal/cost.ts";
import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { toRpcError } from "../../internal/errors.ts";
import {
  EAGAIN,
  ECONNRESET,
  EINTR,
  MSG_CTRUNC,
  POLLRDHUP,
  SIOCINQ,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import type { Incoming } from "../transport.ts";
import { BodySlab } from "./body_slab.ts";
import {
  datagramTooLong,
  descriptorsLost,
  tooManyFds,
} from "./receive_error.ts";
import type { ReceiveSpace } from "./receive_space.ts";
import { UnixBody } from "./unix_body.ts";
import type { ResolvedUnixConfig } from "./unix_config.ts";

/**
 * How much one socket may bring in one turn of the event loop, so that all sockets
 * get their turn. The number of bytes that a call will bring is estimated from the
 * last datagrams. If large ones follow many small ones, a call brings more: at most
 * what the other side's send buffer and the space here hold.
 */
const MAX_MESSAGES = 64;
const MAX_BYTES = 1024 * 1024;

/** Receives the messages of a socket. */
export class DatagramReceiver {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #space: ReceiveSpace;
  readonly #config: ResolvedUnixConfig;
  // Not shared with other connections: transferring a body's buffer also takes the
  // bodies beside it.
  readonly #slab = new BodySlab();
  /** The error that follows the messages that were delivered. */
  #error: RpcError | null = null;
  #ended = false;
  /**
   * The expected size of the next datagram, with descriptors counted as bytes: the
   * largest of the last ones, in the beginning the largest possible.
   */
  #expected: number;
  /**
   * Whether the kernel has told that the other side closed without reading
   * everything.
   */
  #reset = false;
  /** Bytes received so far. */
  received = 0;

  /** Receives from a socket, which the caller closes. */
  constructor(
    libc: Libc,
    fd: number,
    space: ReceiveSpace,
    config: ResolvedUnixConfig,
  ) {
    this.#libc = libc;
    this.#fd = fd;
    this.#space = space;
    this.#config = config;
    this.#expected = space.stride;
  }

  /** Whether nothing more will be received; the next call of `receive` tells why. */
  get over(): boolean {
    return this.#error !== null || this.#ended;
  }

  /**
   * Receives what is there, as much as one turn may bring. Empty if nothing is
   * there; null at a clean end.
   *
   * @throws {RpcError} A fatal one.
   */
  receive(): Incoming<UnixBody>[] | null {
    const items: Incoming<UnixBody>[] = [];
    const until = this.received + MAX_BYTES;
    const space = this.#space;
    while (
      this.#error === null && !this.#ended && items.length < MAX_MESSAGES &&
      this.received < until
    ) {
      const max = Math.min(
        MAX_MESSAGES - items.length,
        space.capacity,
        Math.ceil((until - this.received) / this.#expected),
      );
      const count = space.receive(this.#libc.symbols, this.#fd, max);
      if (count < 0) {
        const errno = this.#libc.errno();
        if (errno === EAGAIN) break;
        // The kernel reports a reset once, before the data that the other side sent.
        const first = errno === ECONNRESET && !this.#reset;
        if (first) this.#reset = true;
        else if (errno !== EINTR) {
          this.#error = toRpcError(
            osError(this.#libc, "Cannot receive", errno),
          );
        }
        continue;
      }
      let dearest = HEADER_LEN;
      for (let i = 0; i < count; i++) {
        const fds = space.takeFds(i);
        this.#take(i, count, fds, items);
        const cost = space.length(i) + DESCRIPTOR_COST * fds.length;
        if (cost > dearest) dearest = cost;
      }
      this.#expected = Math.max(dearest, this.#expected >> 1);
      // With fewer than asked for, the socket is empty; the next call reports an
      // error that follows.
      if (count < max && items.length > 0) break;
    }
    if (items.length > 0) return items;
    if (this.#error !== null) throw this.#error;
    return this.#ended ? null : items;
  }

  #take(
    index: number,
    count: number,
    fds: readonly number[],
    items: Incoming<UnixBody>[],
  ): void {
    const { view, stride } = this.#space;
    const length = this.#space.length(index);
    // What comes after a fatal error or the end is dropped.
    if (this.#error !== null || this.#ended) return this.#close(fds);
    const empty = length === 0 && fds.length === 0;
    if (empty && !this.#follows(index, count) && this.#isEnd()) {
      this.#ended = true;
      return;
    }
    this.received += length;
    const start = stride * index;
    const little = this.#config.littleEndian;
    const type = length < HEADER_LEN ? 0 : view.getUint32(start, little);
    if (length < HEADER_LEN || type > MAX_MESSAGE_TYPE) {
      this.#close(fds);
      this.#error = length < HEADER_LEN
        ? messageTooShort(length)
        : invalidMessageType(type);
      return;
    }
    const header = new MessageHeader(
      type as MessageType,
      view.getUint32(start + 4, little),
      view.getInt32(start + 8, little),
    );
    const error = this.#check(index, header, length, fds.length);
    if (error !== null) {
      this.#close(fds);
      items.push(error);
      return;
    }
    const data = this.#slab.copy(
      this.#space,
      start + HEADER_LEN,
      length - HEADER_LEN,
    );
    const body = fds.length === 0
      ? new UnixBody(data)
      : new UnixBody(data, fds.map((fd) => new FileDescriptor(fd, this.#libc)));
    items.push(new Message(header, body));
  }

  #check(
    index: number,
    header: MessageHeader,
    length: number,
    fds: number,
  ): RpcError | null {
    const { maxBodyLenRead, maxFdsRead } = this.#config;
    const bodyLen = length - HEADER_LEN;
    // The space for one datagram may be shorter than the limit: it has the most
    // that kernels bring.
    const limit = Math.min(maxBodyLenRead, this.#space.stride - HEADER_LEN);
    if (bodyLen > limit) return datagramTooLong(header, limit, bodyLen);
    if (fds > maxFdsRead) return tooManyFds(header, maxFdsRead, fds);
    // The control buffer has room for all descriptors, so the process has run out
    // of them.
    if (this.#space.flags(index) & MSG_CTRUNC) {
      return descriptorsLost(header, fds);
    }
    return null;
  }

  /**
   * Whether an empty read was the end. An empty datagram looks the same: it was one
   * if the other side hasn't ended, or if more is queued.
   */
  #isEnd(): boolean {
    const { poll, ioctl } = this.#libc.symbols;
    const poller = new Int32Array([this.#fd, POLLRDHUP]);
    if (poll(poller, 1n, 0) < 0) throw osError(this.#libc, "poll failed");
    if (((poller[1]! >> 16) & POLLRDHUP) === 0) return false;
    const queued = new Int32Array(1);
    return ioctl(this.#fd, BigInt(SIOCINQ), queued) !== 0 || queued[0] === 0;
  }

  /** Whether something came after an empty datagram, which then wasn't the end. */
  #follows(index: number, count: number): boolean {
    for (let i = index + 1; i < count; i++) {
      if (this.#space.length(i) > 0 || this.#space.hasFds(i)) return true;
    }
    return false;
  }

  #close(fds: readonly number[]): void {
    for (const fd of fds) this.#libc.symbols.close(fd);
  }
}
