import { foreignProtocol } from "../../protocol/foreign_protocol.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";
import type { ByteIo } from "../framed/byte_io.ts";
import {
  EAGAIN,
  ECONNRESET,
  EINTR,
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SHUT_WR,
} from "../libc/constants.ts";
import { osError } from "../libc/libc.ts";
import { Reactor } from "../reactor/reactor.ts";
import type { Watched } from "../reactor/watched.ts";
import type { Socket } from "./socket.ts";

const ENDED = EPOLLHUP | EPOLLERR;

/**
 * How many messages are handed on at once. With all 256 calls in flight in one
 * batch, one side would wait while the other one works; in parts, both work.
 */
const MAX_BATCH = 64;
/** A send of so many bytes is worth a system call of its own in the same turn. */
const LARGE_SEND = 1024;
/** So many sends may be made in a turn. */
const MAX_SENDS = 8;

/**
 * The bytes of a socket of the C library, sent and received by direct calls. They
 * take 0.3 us each; an asynchronous call of Deno's takes 8.
 */
export class SocketIo implements ByteIo, Watched {
  readonly foreignProtocol = foreignProtocol;
  readonly keepsBytes = false;
  readonly maxBatch = MAX_BATCH;
  readonly losesOnClose: boolean;
  readonly fd: number;
  readonly #socket: Socket;
  readonly #reactor: Reactor;
  #readAgain: boolean;
  #decoder: FrameDecoder | null = null;
  #reader: PromiseWithResolvers<Message[] | null> | null = null;
  #writer: PromiseWithResolvers<void> | null = null;
  /**
   * Whether the last read has filled its room, so that there may be more. After a
   * shorter one the socket was empty, and a look would be a system call in vain.
   */
  #hasMore = false;
  /** Why nothing can be watched any more. */
  #failure: { readonly error: unknown } | null = null;
  /** The last turn in which it has sent, and how often it has then. */
  #sentIn = -1;
  #sends = 0;
  #closed: Promise<void> | null = null;

  /**
   * Takes over a nonblocking socket.
   *
   * @param isUnix Whether it is a Unix socket: see ConnIo.
   * @throws {Error} If the process has no descriptor left.
   */
  constructor(socket: Socket, isUnix: boolean) {
    this.fd = socket.fd;
    this.#socket = socket;
    this.#readAgain = isUnix;
    this.losesOnClose = !isUnix;
    this.#reactor = Reactor.watch(socket.libc, this);
  }

  receive(decoder: FrameDecoder): Promise<Message[] | null> {
    const reader = this.#reader = Promise.withResolvers<Message[] | null>();
    this.#decoder = decoder;
    if (this.#closed !== null) this.#failReader(socketClosed());
    else if (this.#failure !== null) this.#failReader(this.#failure.error);
    else {
      if (this.#hasMore) this.#onReadable();
      if (this.#reader !== null) this.#reactor.want(this.fd, EPOLLIN);
    }
    return reader.promise;
  }

  /**
   * Sends at once what is first in a turn, or large. The rest goes out together in
   * the next turn: otherwise each message of a program that awaits its sends would
   * be a system call, a third of the rate.
   */
  send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    if (this.#waitsForTurn(bytes)) return this.#sendInNextTurn(bytes);
    try {
      const count = this.#send(bytes);
      return count === null ? this.#sendLater(bytes) : Promise.resolve(count);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Resolves when the socket takes bytes, or has failed. */
  writable(): Promise<void> {
    this.#throwIfOver();
    const { promise } = this.#writer = Promise.withResolvers<void>();
    this.#reactor.want(this.fd, EPOLLOUT);
    return promise;
  }

  onReady(events: number): number {
    if (events & (EPOLLOUT | ENDED)) this.#onWritable();
    return events & (EPOLLIN | ENDED) ? this.#onReadable() : 1;
  }

  onFailed(error: unknown): void {
    this.#failure ??= { error };
    this.#failReader(error);
    this.#failWriter(error);
  }

  // deno-lint-ignore require-await -- so that all errors are rejections
  async closeWrite(): Promise<void> {
    this.#throwIfOver();
    const { libc } = this.#socket;
    if (libc.symbols.shutdown(this.fd, SHUT_WR) === 0) return;
    throw osError(libc, "Cannot end the writing side");
  }

  close(): Promise<void> {
    return this.#closed ??= this.#closeOnce();
  }

  ref(): void {
    if (this.#closed === null) this.#reactor.setRef(this.fd, true);
  }

  unref(): void {
    if (this.#closed === null) this.#reactor.setRef(this.fd, false);
  }

  async #closeOnce(): Promise<void> {
    const ended = this.#reactor.unwatch(this.fd);
    this.#socket.close();
    this.#failReader(socketClosed());
    this.#failWriter(socketClosed());
    await ended;
  }

  #waitsForTurn({ length }: Uint8Array): boolean {
    if (this.#sentIn !== this.#reactor.turn) return false;
    return length < LARGE_SEND || this.#sends >= MAX_SENDS;
  }

  async #sendInNextTurn(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    await this.#reactor.nextTurn();
    return this.#send(bytes) ?? await this.#sendLater(bytes);
  }

  async #sendLater(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    for (;;) {
      await this.writable();
      const count = this.#send(bytes);
      if (count !== null) return count;
    }
  }

  /** Sends what the socket takes; null if it takes nothing. */
  #send(bytes: Uint8Array<ArrayBuffer>): number | null {
    this.#throwIfOver();
    const { libc } = this.#socket;
    const { send } = libc.symbols;
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    for (;;) {
      const count = send(this.fd, bytes, BigInt(bytes.length), flags);
      if (count >= 0) {
        this.#countSend();
        return count;
      }
      const errno = libc.errno();
      if (errno === EAGAIN) return null;
      if (errno !== EINTR) throw osError(libc, "Cannot send", errno);
    }
  }

  #countSend(): void {
    const { turn } = this.#reactor;
    if (this.#sentIn !== turn) this.#sends = 0;
    this.#sentIn = turn;
    this.#sends++;
    this.#reactor.sent();
  }

  /** Gives what is there to who reads; how many messages that was, at least 1. */
  #onReadable(): number {
    const reader = this.#reader;
    if (reader === null) {
      // In epoll it would be reported again and again.
      this.#reactor.drop(this.fd, EPOLLIN);
      return 0;
    }
    let messages: Message[] | null | undefined;
    try {
      messages = this.#receive(this.#decoder!);
    } catch (error) {
      this.#failReader(error);
      return 1;
    }
    if (messages === undefined) return 0;
    this.#reader = null;
    this.#decoder = null;
    reader.resolve(messages);
    return messages?.length || 1;
  }

  /**
   * Receives once. Null at the end; undefined if nothing is there.
   *
   * @throws {Error} If the connection is broken.
   */
  #receive(decoder: FrameDecoder): Message[] | null | undefined {
    const { libc } = this.#socket;
    const { recv } = libc.symbols;
    const space = decoder.space();
    const room = BigInt(space.length);
    this.#hasMore = false;
    for (;;) {
      const count = recv(this.fd, space, room, MSG_DONTWAIT);
      if (count > 0) {
        this.#hasMore = count === space.length;
        return decoder.commit(count);
      }
      if (count === 0) return null;
      const errno = libc.errno();
      if (errno === EAGAIN) return undefined;
      if (errno === EINTR) continue;
      // A Unix socket tells it once, before what the other side has sent.
      if (errno !== ECONNRESET || !this.#readAgain) {
        throw osError(libc, "Cannot receive", errno);
      }
      this.#readAgain = false;
    }
  }

  #throwIfOver(): void {
    if (this.#closed !== null) throw socketClosed();
    if (this.#failure !== null) throw this.#failure.error;
  }

  #onWritable(): void {
    this.#reactor.drop(this.fd, EPOLLOUT);
    this.#writer?.resolve();
    this.#writer = null;
  }

  #failReader(error: unknown): void {
    this.#reader?.reject(error);
    this.#reader = null;
    this.#decoder = null;
  }

  #failWriter(error: unknown): void {
    this.#writer?.reject(error);
    this.#writer = null;
  }
}

/** The error of calls that closing has ended, as with Deno's own sockets. */
function socketClosed(): Error {
  return new Deno.errors.Interrupted("The socket was closed");
}
