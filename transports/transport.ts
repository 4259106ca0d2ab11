import type { Body, BodyInput, StreamBody } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import type { Message } from "../protocol/message.ts";

/**
 * What a transport reads: a message, or a non-fatal error in the place of a
 * message.
 */
export type Incoming<B extends Body = StreamBody> = Message<B> | RpcError;

/** A message to be written. */
export interface Outgoing<B extends Body = StreamBody> {
  /** The message. Must not be changed until it is settled. */
  readonly message: Message<B>;
  /**
   * Called once: without an argument when the bytes and descriptors are no
   * longer needed (copied, or taken by the kernel), or with the error that kept
   * the message from being written.
   */
  settle?(error?: RpcError): void;
}

/**
 * The interface between a Peer and a connection: a pair of streams of message
 * batches. Implement it for a carrier of messages that this library doesn't know.
 * For a carrier of bytes use `StreamTransport`.
 *
 * - Order: messages are delivered as written.
 * - Chunks are batches: all messages that one read completed, or that were queued
 *   when the last write finished. One message per chunk costs most of the speed.
 * - Backpressure: the Peer writes one batch at a time and awaits it, and reads
 *   no further batch while its inboxes are full. `readable` should have a
 *   highWaterMark of 0.
 * - Closing: the end of `readable` is a clean end; a fatal error errors it with
 *   an {@linkcode RpcError}. The Peer closes `writable` when all is written, and
 *   then calls `close()`.
 */
export interface Transport<B extends Body = StreamBody, I = unknown> {
  /** The messages that arrive. Cancelling it disposes undelivered ones. */
  readonly readable: ReadableStream<Incoming<B>[]>;
  /** Takes messages to be sent. */
  readonly writable: WritableStream<Outgoing<B>[]>;
  /** What is known of the connection: addresses or credentials. */
  readonly info: I;
  /**
   * What it is called in `stats()`, such as `"tcp"`. Without it, `transport` of `info`
   * is taken.
   */
  readonly name?: string | undefined;
  /**
   * The error that sending a message would give for a writing limit, or null.
   * Asked before a message is queued.
   */
  check(message: Message<B>): RpcError | null;
  /**
   * Turns what the user gave into a body that this transport carries. Without it,
   * bodies are `StreamBody`. It has to take any bytes: error responses and other
   * messages of the library are made of them. A connection ends where it refuses what
   * answers a request in the application's place.
   *
   * @throws {TypeError} If this transport can't carry such a body.
   */
  toBody?(input: BodyInput<B>): B;
  /** Releases the socket and everything else, at once. */
  close(): void | Promise<void>;
  /** Lets the connection keep the program alive, which is the default. */
  ref?(): void;
  /** Lets the program end while the connection is open. */
  unref?(): void;
}
