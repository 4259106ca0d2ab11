import { FileDescriptor } from "../descriptor/file_descriptor.ts";
import {
  EAGAIN,
  ECONNRESET,
  EINTR,
  ENOBUFS,
  ENOMEM,
  EPIPE,
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import { addressOf } from "../unix_seqpacket/message_vector.ts";
import { ReceiveSpace } from "../unix_seqpacket/receive_space.ts";
import { refusedDatagram } from "../unix_seqpacket/send_error.ts";
import { SendSpace } from "../unix_seqpacket/send_space.ts";
import { datagramKind } from "./hello.ts";
import type { DescriptorsSent } from "./descriptor_window.ts";

/** The longest datagram: a refusal. */
const MAX_DATAGRAM_LEN = 1024;

/** How many datagrams one turn takes. */
const MAX_DATAGRAMS = 64;

const FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL;
const WAKE = new Uint8Array(new Uint32Array([datagramKind.WAKE]).buffer);
const WAKE_LEN = BigInt(WAKE.length);

/** What came as one datagram. */
export interface RingDatagram {
  /** Its first word; 0 if it has none. */
  readonly kind: number;
  /** All of it, in memory of its own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The descriptors, which belong to whoever takes the datagram. */
  readonly fds: FileDescriptor[];
  /** Whether some were lost, since this process has as many open as it may. */
  readonly lost: boolean;
}

/** What all such sockets share, in turn. */
export class RingSocketSpace {
  /** Where datagrams are received. */
  readonly receiving: ReceiveSpace = new ReceiveSpace(MAX_DATAGRAM_LEN);
  /** Where those with descriptors are put together. */
  readonly sending: SendSpace = new SendSpace();
}

/** What a socket needs from its channel. */
export interface RingSocketHooks {
  /** Looks at the connection from the next turn on. */
  awaken(): void;
  /** The connection is broken. */
  onFailed(error: unknown): void;
}

/** The socket beside the rings, for what they can't carry. */
export class RingSocket {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #space: RingSocketSpace;
  readonly #hooks: RingSocketHooks;
  /** Whether the other side has ended. */
  ended = false;
  /** Whether the system had no memory for a wake-up, so that `wake` is to be called again. */
  owesWake = false;

  /** Uses a connected, nonblocking seqpacket socket, which the caller closes. */
  constructor(
    libc: Libc,
    fd: number,
    space: RingSocketSpace,
    hooks: RingSocketHooks,
  ) {
    this.#libc = libc;
    this.#fd = fd;
    this.#space = space;
    this.#hooks = hooks;
  }

  /**
   * Wakes the other side. If the socket is full, the other side will read it, and
   * that wakes it too; if it has ended, that is seen when reading. The other side
   * has taken back that it wants to be woken, so nothing else may get lost: if the
   * system has no memory, `owesWake` is set and the channel is awoken to try again.
   */
  wake(): void {
    this.owesWake = false;
    const errno = this.#send(WAKE, WAKE_LEN);
    switch (errno) {
      case 0:
      case EAGAIN:
      case EPIPE:
      case ECONNRESET:
        return;
      case ENOBUFS:
      case ENOMEM:
        this.owesWake = true;
        return this.#hooks.awaken();
      default: {
        const error = osError(this.#libc, "Cannot send on the socket", errno);
        // What calls this is in the middle of its work.
        queueMicrotask(() => this.#hooks.onFailed(error));
      }
    }
  }

  /**
   * Answers the other side. If it has ended, that is seen when reading.
   *
   * @throws {Error} If the system refuses.
   */
  answer(bytes: Uint8Array<ArrayBuffer>): void {
    const errno = this.#send(bytes, BigInt(bytes.length));
    if (errno === 0 || errno === EPIPE || errno === ECONNRESET) return;
    throw osError(this.#libc, "Cannot send on the socket", errno);
  }

  /**
   * Sends a datagram with descriptors.
   *
   * @returns Whether it is sent, has to wait, or is refused for its descriptors.
   * @throws {Error} If the connection is broken.
   */
  send(
    bytes: Uint8Array<ArrayBuffer>,
    fds: readonly FileDescriptor[],
  ): DescriptorsSent {
    const { vector } = this.#space.sending;
    vector.setData(0, addressOf(bytes), 0, bytes.length);
    this.#space.sending.setRights(0, fds.map(({ fd }) => fd));
    const { sendmmsg } = this.#libc.symbols;
    for (;;) {
      if (sendmmsg(this.#fd, vector.buffer, 1, FLAGS) === 1) return "sent";
      const errno = this.#libc.errno();
      if (errno === EAGAIN) return "later";
      if (errno === EINTR) continue;
      const refused = refusedDatagram(
        this.#libc,
        this.#fd,
        errno,
        bytes.length,
        fds.length,
      );
      if (refused !== null) return refused;
      throw osError(this.#libc, "Cannot send on the socket", errno);
    }
  }

  /**
   * Receives what is there, as much as one turn may bring; sets `ended` at the end.
   *
   * @throws {Error} If the connection is broken.
   */
  receive(): RingDatagram[] {
    const { receiving } = this.#space;
    const datagrams: RingDatagram[] = [];
    while (!this.ended && datagrams.length < MAX_DATAGRAMS) {
      const { symbols } = this.#libc;
      const most = Math.min(receiving.capacity, MAX_DATAGRAMS);
      const count = receiving.receive(symbols, this.#fd, most);
      if (count < 0) {
        const errno = this.#libc.errno();
        if (errno === EAGAIN) break;
        if (errno === EINTR) continue;
        // The other side has closed without reading everything.
        if (errno === ECONNRESET) continue;
        throw osError(this.#libc, "Cannot receive", errno);
      }
      for (let i = 0; i < count; i++) this.#take(i, datagrams);
      if (count < most) break;
    }
    return datagrams;
  }

  /** Sends a datagram; 0, or the errno. */
  #send(bytes: Uint8Array<ArrayBuffer>, length: bigint): number {
    for (;;) {
      const { send } = this.#libc.symbols;
      if (send(this.#fd, bytes, length, FLAGS) >= 0) return 0;
      const errno = this.#libc.errno();
      if (errno !== EINTR) return errno;
    }
  }

  #take(index: number, datagrams: RingDatagram[]): void {
    const { receiving } = this.#space;
    const length = receiving.length(index);
    const fds = receiving.takeFds(index)
      .map((fd) => new FileDescriptor(fd, this.#libc));
    // An empty datagram, which nobody sends, looks like the end and counts as it.
    if (length === 0) this.ended = true;
    if (this.ended) {
      for (const fd of fds) fd.close();
      return;
    }
    const start = receiving.stride * index;
    const most = Math.min(length, receiving.stride);
    const bytes = receiving.bytes.slice(start, start + most);
    const kind = most < 4 ? 0 : receiving.words[start / 4]!;
    const lost = (receiving.flags(index) & MSG_CTRUNC) !== 0;
    datagrams.push({ kind, bytes, fds, lost });
  }
}

/** Encodes the datagram that carries the descriptors of a message. */
export function encodeDescriptors(count: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array([datagramKind.DESCRIPTORS, count]);
  return new Uint8Array(words.buffer);
}
