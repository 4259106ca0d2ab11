import { type Clock, systemClock } from "../../internal/clock.ts";
import { RpcError } from "../../protocol/error.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";
import type { ByteIo } from "../framed/byte_io.ts";
import { costOf } from "../messages/packet.ts";
import { ReceivedBytes } from "../messages/received_bytes.ts";
import { closedOnPurpose } from "./close_error.ts";
import { breakSocket, closeSocket } from "./close_socket.ts";
import { listenToSocket } from "./socket_events.ts";
import {
  isPausable,
  type KeepsAlive,
  type WebSocketLike,
} from "./web_socket.ts";
import { checkOpen } from "./web_socket_carrier.ts";

/** A piece is so long, so that the progress of a slow socket can be seen. */
const PIECE_LEN = 64 * 1024;
/** While more than this waits in the socket, nothing is added to it. */
const MAX_BUFFERED = 1024 * 1024;
/** How often a full socket is looked at, which tells nothing by itself; in milliseconds. */
const LOOK_TIME = 5;

/**
 * The bytes of a WebSocket whose other end isn't of this library: binary messages are
 * pieces of the stream, and nothing else is sent.
 *
 * - No receiver can tell the sender to wait. So reading is stopped at the socket, where
 *   it can be (`npm:ws`); elsewhere a sender that is faster than the reader is cut off
 *   at `maxUnreadBytes`.
 * - There is no half-close: a WebSocket that closes takes no messages any more.
 */
export class PlainIo implements ByteIo {
  readonly keepsBytes = false;
  readonly losesOnClose = false;
  readonly #socket: WebSocketLike;
  readonly #keepsAlive: KeepsAlive | null;
  readonly #maxUnread: number;
  readonly #canPause: boolean;
  readonly #clock: Clock;
  readonly #stop: () => void;
  readonly #received = new ReceivedBytes();
  /** What was received and not read, in bytes. */
  #unread = 0;
  #paused = false;
  #closed: Promise<void> | null = null;
  /** Stops waiting for room. */
  #giveUp: (() => void) | null = null;

  /**
   * Takes over an open WebSocket.
   *
   * @param canPause Whether what is below the socket stops reading when it is paused.
   */
  constructor(
    socket: WebSocketLike,
    keepsAlive: KeepsAlive | null,
    maxUnread: number,
    canPause: boolean,
    clock: Clock = systemClock,
  ) {
    this.#socket = socket;
    this.#keepsAlive = keepsAlive;
    this.#maxUnread = maxUnread;
    this.#canPause = canPause;
    this.#clock = clock;
    this.#stop = listenToSocket(socket, {
      onMessage: (bytes) => this.#take(bytes),
      onClose: (facts, error) =>
        this.#finish(closedOnPurpose(facts) ? null : error),
      onInvalid: (error) => this.#refuse(error),
    });
  }

  async receive(decoder: FrameDecoder): Promise<Message[] | null> {
    for (;;) {
      const bytes = this.#received.take();
      if (bytes === null) return null;
      if (bytes !== undefined) {
        this.#unread -= costOf(bytes);
        this.#adjust();
        return decoder.push(bytes);
      }
      await this.#received.changed();
    }
  }

  async send(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    while (this.#socket.bufferedAmount > MAX_BUFFERED) {
      checkOpen(this.#socket);
      await this.#pass();
    }
    checkOpen(this.#socket);
    // A copy, as `npm:ws` keeps what it is given until it is written.
    const piece = bytes.slice(0, PIECE_LEN);
    this.#socket.send(piece);
    return piece.length;
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  abort(): void {
    breakSocket(this.#socket);
  }

  ref(): void {
    this.#keepsAlive?.ref();
  }

  unref(): void {
    this.#keepsAlive?.unref();
  }

  #take(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#received.ended || bytes.length === 0) return;
    this.#unread += costOf(bytes);
    if (this.#unread > this.#maxUnread) {
      return this.#refuse(tooMuch(this.#maxUnread, this.#unread));
    }
    this.#received.push(bytes);
    this.#adjust();
  }

  /** Stops reading at the socket, or goes on, where it can. */
  #adjust(): void {
    const socket = this.#socket;
    if (!this.#canPause || !isPausable(socket)) return;
    const full = this.#unread >= this.#maxUnread / 4;
    const low = this.#unread < this.#maxUnread / 8;
    if (full && !this.#paused) socket.pause();
    else if (low && this.#paused) socket.resume();
    this.#paused = full || (this.#paused && !low);
  }

  #finish(error: RpcError | null): void {
    this.#received.end(error);
    this.#stop();
    this.#giveUp?.();
  }

  /** Ends it at once, and not when the error is read, which may be much later. */
  #refuse(error: RpcError): void {
    this.#finish(error);
    breakSocket(this.#socket);
  }

  #pass(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.start(resolve, LOOK_TIME, true);
      this.#giveUp = () => {
        cancel();
        resolve();
      };
    });
  }

  async #close(): Promise<void> {
    this.#received.close();
    this.#unread = 0;
    // Else it would never see the other side's end.
    this.#adjust();
    this.#finish(null);
    await closeSocket(this.#socket);
  }
}

function tooMuch(limit: number, actual: number): RpcError {
  return new RpcError(
    "limit-exceeded",
    `The other side sent ${actual} bytes more than were read; the limit is ${limit} (maxUnreadBytes). A peer of this library would wait`,
    { fatal: true, side: "remote", limit, actual },
  );
}
