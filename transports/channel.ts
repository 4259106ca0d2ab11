import type { Body } from "../protocol/body.ts";
import type { RpcError } from "../protocol/error.ts";
import type { MessageHeader } from "../protocol/header.ts";
import type { Message } from "../protocol/message.ts";
import type { Incoming } from "./transport.ts";

/**
 * How the Peer moves messages. A transport of ours gives one of its own, which
 * spares the streams (a fifth of a round trip, see bench/README.md); any other
 * transport is driven through its public streams.
 */
export interface Channel<B extends Body> {
  /** The next batch, or null at a clean end; rejects with a fatal error. */
  read(): Promise<Incoming<B>[] | null>;
  /** Whether a message has begun to arrive and is not complete. */
  readonly partial: boolean;
  /** Called with the header of a message that was copied and then refused; the connection stays usable. */
  onRefused: ((header: MessageHeader, error: RpcError) => void) | null;
  /** Called when a read has brought the beginning of a message and no end. */
  onPartial: (() => void) | null;
  /** Bytes read so far, where the transport counts them. */
  readonly received: number;
  /** Whether `push` copies a message, so that nothing has to wait for its end. */
  copies(message: Message<B>): boolean;
  /** Queues a message; `settle` is called when its body is no longer needed, unless it is copied. */
  push(message: Message<B>, settle?: (error?: RpcError) => void): void;
  /** Settles the responses that are queued, by copying what isn't written of them. */
  detach?(): void;
  /** What a queued message takes besides its body, in bytes, if it is more than its head. */
  readonly messageCost?: number;
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
