import type { Body } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import type { MessageHeader } from "../protocol/header.ts";
import type { Message } from "../protocol/message.ts";
import type { Incoming } from "./transport.ts";

/** What a channel tells besides what it reads. */
export interface ChannelEvents {
  /** A message that was copied has been refused after all; the connection stays usable. */
  onRefused(header: MessageHeader, error: RpcError): void;
  /** A read has brought the beginning of a message and not its end. */
  onPartial(): void;
}

/**
 * How the Peer moves messages. A transport of ours gives one of its own, which
 * spares the streams (a fifth of a round trip, see bench/README.md); any other
 * transport is driven through its public streams.
 */
export interface Channel<B extends Body> {
  /** Says whom to tell; called once, before anything else. */
  attach(events: ChannelEvents): void;
  /**
   * What the next read brings: a batch, which is empty where no message is complete
   * yet, or null at a clean end; rejects with a fatal error.
   */
  read(): Promise<Incoming<B>[] | null>;
  /** Whether a message has begun to arrive and is not complete. */
  readonly partial: boolean;
  /** Bytes read so far, where the transport counts them. */
  readonly received: number;
  /**
   * Whether `push` copies a message, so that nothing has to wait for its end.
   *
   * @param detachable As for `push`.
   */
  copies(message: Message<B>, detachable: boolean): boolean;
  /**
   * Queues a message.
   *
   * @param detachable Whether `detach` may copy its body, so that nothing waits for it any more.
   * @param settle Called when its body is no longer needed, unless it is copied.
   */
  push(
    message: Message<B>,
    detachable: boolean,
    settle?: (error?: RpcError) => void,
  ): void;
  /** Copies what isn't yet written of the detachable messages, and settles them. */
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
  /** Tells the other side that nothing more will come. */
  closeWrite(): Promise<void>;
  /** Releases everything; a pending read or write ends with an error. */
  close(): void | Promise<void>;
}

/** The method by which a transport of ours gives its channel. */
export const fastPath: unique symbol = Symbol("fastPath");

/** A transport that has a channel of its own. */
export interface FastTransport<B extends Body> {
  /** Gives the channel, and with it the connection. */
  [fastPath](): Channel<B>;
}
