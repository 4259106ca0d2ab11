import type { ForeignProtocol } from "../../protocol/foreign_protocol.ts";
import type { FrameDecoder } from "../../protocol/frame_decoder.ts";
import type { Message } from "../../protocol/message.ts";

/** A duplex of bytes, under the framing. */
export interface ByteIo {
  /**
   * Whether `send` keeps the bytes that it was given, so that their buffer may
   * not be reused.
   */
  readonly keepsBytes: boolean;
  /** Explains what isn't of this protocol, where the other side may speak another one. */
  readonly foreignProtocol?: ForeignProtocol;
  /** How many messages are handed on at once at most, if other than usual. */
  readonly maxBatch?: number;
  /** Whether closing it while the other side still sends can lose what was sent last. */
  readonly losesOnClose: boolean;
  /**
   * Reads once into the decoder. Gives the messages that are complete, or null at
   * the end.
   */
  receive(decoder: FrameDecoder): Promise<Message[] | null>;
  /** Writes; may be short. Resolves to the number of bytes taken. */
  send(bytes: Uint8Array<ArrayBuffer>): Promise<number>;
  /**
   * Writes all of a buffer that the sender has given away, where that is cheaper than
   * a copy.
   */
  give?(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Ends the writing side, after what was sent. */
  closeWrite(): Promise<void>;
  /** Releases everything; pending calls end with an error. */
  close(): void | Promise<void>;
  /** As `Channel.abort`. */
  abort?(): void;
  /** Lets the connection keep the program alive. */
  ref(): void;
  /** Lets the program end while the connection is open. */
  unref(): void;
}
