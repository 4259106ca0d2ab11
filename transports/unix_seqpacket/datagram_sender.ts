import { RpcError } from "../../protocol/error.ts";
import { HEADER_LEN, type MessageHeader } from "../../protocol/header.ts";
import type { Message } from "../../protocol/message.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import { givenAway } from "../channel.ts";
import {
  EAGAIN,
  EINTR,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import type { Datagram } from "./datagram.ts";
import { detach } from "./detach.ts";
import { occupy, SendArena } from "./send_arena.ts";
import { addressOf } from "./message_vector.ts";
import { refusedDatagram } from "./send_error.ts";
import type { SendSpace } from "./send_space.ts";
import type { UnixBody } from "./unix_body.ts";

/**
 * A body of this length or more isn't copied: waiting by a promise costs less, as
 * measured.
 */
const DIRECT_BODY_LEN = 32 * 1024;

/**
 * How many sent messages may stay at the front of the queue. Cutting them off
 * copies the rest.
 */
const MAX_SENT = 64;

/** Each socket whose buffer is full has some of these chunks, so they are small. */
const WAITING_CHUNK_LEN = 4096;

const NO_FDS: readonly FileDescriptor[] = [];

/** The messages that wait to be sent on a socket, in order. */
export class DatagramSender {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #space: SendSpace;
  readonly #little: boolean;
  #queue: Datagram[] = [];
  /** The index of the first message that isn't sent. */
  #next = 0;
  /** The index of the first message that isn't part of the current write. */
  #end = 0;
  /** Memory for waiting messages while the socket's buffer is full. */
  #waiting: SendArena | null = null;
  /** Bytes sent so far. */
  written = 0;
  readonly #onRefused: (header: MessageHeader, error: RpcError) => void;

  /**
   * Sends on a socket, which the caller closes.
   *
   * @param onRefused Called when the kernel has refused a copied message.
   */
  constructor(
    libc: Libc,
    fd: number,
    space: SendSpace,
    little: boolean,
    onRefused: (header: MessageHeader, error: RpcError) => void,
  ) {
    this.#onRefused = onRefused;
    this.#libc = libc;
    this.#fd = fd;
    this.#space = space;
    this.#little = little;
  }

  /** Whether nothing is queued. */
  get empty(): boolean {
    return this.#next === this.#queue.length;
  }

  /** Whether `push` copies a message. */
  copies({ body }: Message<UnixBody>): boolean {
    return body.fds.length === 0 && body.data.length < DIRECT_BODY_LEN;
  }

  /** Queues a message; `settle` is called when the kernel has taken or refused it. */
  push(
    message: Message<UnixBody>,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void {
    const { header, body } = message;
    const direct = body.data.length >= DIRECT_BODY_LEN;
    const length = direct ? HEADER_LEN : HEADER_LEN + body.data.length;
    const chunk = (this.#waiting ?? this.#space.arena).reserve(length);
    const offset = chunk.used;
    const { view } = chunk;
    view.setUint32(offset, header.type, this.#little);
    view.setUint32(offset + 4, header.requestId, this.#little);
    view.setInt32(offset + 8, header.serviceId, this.#little);
    if (!direct) chunk.bytes.set(body.data, offset + HEADER_LEN);
    // After the copy, which throws if the body was transferred.
    occupy(chunk, length);
    this.#queue.push({
      header,
      chunk,
      offset,
      length,
      body: direct ? body.data : null,
      bodyLength: direct ? body.data.length : 0,
      fds: body.fds.length === 0 ? NO_FDS : body.fds,
      ownsFds: false,
      detachable,
      settle,
    });
  }

  /** Begins a write of everything that is queued now. */
  begin(): void {
    this.#end = this.#queue.length;
  }

  /**
   * Sends as much of the current write as the socket takes; whether that was
   * everything.
   *
   * @throws {Error} If the connection is broken.
   */
  send(): boolean {
    while (this.#next < this.#end) {
      const count = this.#fill();
      // A message that can't be sent at all is settled already.
      if (count === 0) continue;
      const { sendmmsg } = this.#libc.symbols;
      const vector = this.#space.vector.buffer;
      const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
      const sent = sendmmsg(this.#fd, vector, count, flags);
      if (sent >= 0) this.#onSent(sent);
      else {
        const errno = this.#libc.errno();
        if (errno === EAGAIN) {
          this.#block();
          return false;
        }
        if (errno !== EINTR) this.#onError(errno);
      }
    }
    this.#waiting = null;
    this.#compact();
    return true;
  }

  /** Settles the waiting detachable messages, by copying them and their descriptors. */
  detach(): void {
    for (let i = this.#next; i < this.#queue.length; i++) {
      detach(this.#queue[i]!);
    }
  }

  /** Drops what is queued, and settles it with the error. */
  drop(error: RpcError): void {
    const queue = this.#queue.slice(this.#next);
    this.#queue = [];
    this.#next = 0;
    this.#end = 0;
    this.#waiting = null;
    for (const datagram of queue) {
      const { settle } = datagram;
      release(datagram);
      settle?.(error);
    }
  }

  /** Fills the vector with the next messages; how many they are. */
  #fill(): number {
    const { vector } = this.#space;
    let count = 0;
    while (
      count < this.#space.length && this.#next + count < this.#end
    ) {
      const datagram = this.#queue[this.#next + count]!;
      const { chunk, offset, length, body, fds } = datagram;
      if (body !== null && body.length !== datagram.bodyLength) {
        // Refused in order: only when the messages before it are sent.
        if (count === 0) this.#refuse(givenAway());
        break;
      }
      let control = 0;
      if (fds.length > 0) {
        try {
          control = this.#space.setRights(count, fds.map(({ fd }) => fd));
        } catch (cause) {
          if (count === 0) this.#refuse(closedDescriptor(cause));
          break;
        }
      }
      vector.setData(count, chunk.address, offset, length);
      if (body !== null) {
        vector.setBody(count, addressOf(body), body.length);
      }
      if (control === 0) vector.setControlLength(count, 0);
      count++;
    }
    return count;
  }

  #onSent(count: number): void {
    const start = this.#next;
    const end = start + count;
    // A callback may close the connection, which replaces the queue.
    const queue = this.#queue;
    this.#next = end;
    let settles = false;
    for (let i = start; i < end; i++) {
      const datagram = queue[i]!;
      const { length, body, settle } = datagram;
      this.written += body === null ? length : length + body.length;
      release(datagram);
      if (settle !== undefined) settles = true;
    }
    if (!settles) return;
    for (let i = start; i < end; i++) queue[i]!.settle?.();
  }

  #onError(errno: number): void {
    const { length, body, fds } = this.#queue[this.#next]!;
    const error = refusedDatagram(
      this.#libc,
      this.#fd,
      errno,
      length + (body?.length ?? 0),
      fds.length,
    );
    if (error === null) {
      throw osError(this.#libc, "Cannot send on the socket", errno);
    }
    this.#refuse(error);
  }

  /** Takes the next message out of the queue and settles it with the error. */
  #refuse(error: RpcError): void {
    const datagram = this.#queue[this.#next++]!;
    const { header, settle } = datagram;
    release(datagram);
    if (settle !== undefined) settle(error);
    else this.#onRefused(header, error);
  }

  #compact(): void {
    this.#queue = this.#queue.slice(this.#next);
    this.#end -= this.#next;
    this.#next = 0;
  }

  /**
   * Moves the waiting messages to memory of this socket, so that all sockets can
   * use the arena again.
   */
  #block(): void {
    if (this.#next > MAX_SENT && 2 * this.#next > this.#queue.length) {
      this.#compact();
    }
    if (this.#waiting !== null) return;
    const arena = this.#waiting = new SendArena(WAITING_CHUNK_LEN);
    for (let i = this.#next; i < this.#queue.length; i++) {
      const datagram = this.#queue[i]!;
      const { chunk, offset, length } = datagram;
      const own = arena.reserve(length);
      own.bytes.set(chunk.bytes.subarray(offset, offset + length), own.used);
      datagram.chunk = own;
      datagram.offset = own.used;
      occupy(own, length);
      chunk.live--;
    }
  }
}

function release(datagram: Datagram): void {
  datagram.chunk.live--;
  if (datagram.ownsFds) { for (const fd of datagram.fds) fd.close(); }
}

function closedDescriptor(cause: unknown): RpcError {
  return new RpcError(
    "encode-failed",
    "A descriptor was closed before its send had resolved",
    { cause },
  );
}
