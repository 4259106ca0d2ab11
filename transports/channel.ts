import type { Body } from "../protocol/body.ts";
import { RpcError } from "../protocol/error.ts";
import type { MessageHeader } from "../protocol/header.ts";
import type { Message } from "../protocol/message.ts";
import type { Incoming } from "./transport.ts";

/** What a channel reports in addition to the messages that it reads. */
export interface ChannelEvents {
  /**
   * A message that `push` had copied was refused later. The connection stays
   * usable.
   */
  onRefused(header: MessageHeader, error: RpcError): void;
  /** A read has brought the beginning of a message, but not its end. */
  onPartial(): void;
}

/**
 * How the Peer moves messages. Each transport of this library has its own channel,
 * which doesn't go through streams: that saves a fifth of a round trip (see
 * bench/README.md). Any other transport is driven through its public streams.
 */
export interface Channel<B extends Body> {
  /** Sets the receiver of events. Called once, before anything else. */
  attach(events: ChannelEvents): void;
  /**
   * Reads once. Gives a batch, which is empty if no message is complete yet, or
   * null at a clean end. Rejects with a fatal error.
   */
  read(): Promise<Incoming<B>[] | null>;
  /** Whether a message has begun to arrive and is not complete. */
  readonly partial: boolean;
  /** Bytes read so far, if the transport counts them. */
  readonly received: number;
  /**
   * Whether `push` copies a message, so that its body is no longer needed after
   * that.
   *
   * @param detachable As for `push`.
   */
  copies(message: Message<B>, detachable: boolean): boolean;
  /**
   * Queues a message.
   *
   * @param detachable Whether `detach` may copy its body, to settle it before it is
   * written.
   * @param settle Called when its body is no longer needed. Not called if `push`
   * copies it.
   */
  push(
    message: Message<B>,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void;
  /** Copies the unwritten parts of detachable messages, and settles these messages. */
  detach?(): void;
  /**
   * Whether closing it while the other side still sends can lose what was written
   * last: TCP resets a connection then.
   */
  readonly losesOnClose: boolean;
  /** Whether nothing is queued. */
  readonly empty: boolean;
  /** Writes all that is queued; one call at a time. */
  write(): Promise<void>;
  /** Bytes written so far. */
  readonly written: number;
  /** Ends the writing side. */
  closeWrite(): Promise<void>;
  /** Releases everything; a pending read or write ends with an error. */
  close(): void | Promise<void>;
  /**
   * Releases everything at once, where `close` takes longer than it may; what isn't
   * sent yet is lost. Left out where `close` never waits for the other side.
   */
  abort?(): void;
}

/** The method by which a transport of this library gives its channel. */
export const fastPath: unique symbol = Symbol("fastPath");

/** A transport with a channel of its own. */
export interface FastTransport<B extends Body> {
  /** Gives the channel, which then has the connection. */
  [fastPath](): Channel<B>;
}

/**
 * The error for a message whose body was transferred or shrunk before any of it was
 * sent. The message is skipped.
 */
export function givenAway(): RpcError {
  return new RpcError(
    "encode-failed",
    "The body was disposed, transferred or shrunk before its send had resolved",
  );
}
