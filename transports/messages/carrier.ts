import type { RpcError } from "../../protocol/error.ts";
import type { Packet } from "./packet.ts";

/** What carries packets between two ends, in order, such as a MessagePort. */
export interface Carrier {
  /** The longest data packet to send. One whose buffer is given away may be longer. */
  readonly maxDataLen: number;
  /** The longest one that is given away. A longer buffer is sent in several. */
  readonly maxGivenLen: number;
  /** Begins to receive. Called once, before anything else. */
  start(receiver: PacketReceiver): void;
  /**
   * Sends a packet, or queues it. The window limits how much can be queued.
   * The bytes aren't needed afterwards. Throws if it can't be sent.
   */
  send(packet: Packet): void;
  /**
   * Closes it at once, since the other side is gone or breaks the rules; no packet is
   * received any more. `close` follows.
   */
  abort(): void;
  /** Closes it behind what was sent; no packet is received any more. */
  close(): void | Promise<void>;
  /** Lets it keep the program alive. */
  ref(): void;
  /** Lets the program end while it is open. */
  unref(): void;
}

/** Where the packets of a carrier go. */
export interface PacketReceiver {
  /** A packet has come; its bytes belong to the receiver. */
  onPacket(packet: Packet): void;
  /** The carrier has ended, or something that was no packet has come. */
  onEnd(error: RpcError): void;
}
