/**
 * One message of a carrier. A byte stream in one direction is the data packets of
 * one side; the others serve the stream of the other direction, or both.
 */
export type Packet =
  | HelloPacket
  | DataPacket
  | AckPacket
  | { readonly kind: "ended" | "closed" | "alive" };

/** The first packet of each side. */
export interface HelloPacket {
  /** What it is. */
  readonly kind: "hello";
  /** Data packets may be sent while the cost of those that aren't acknowledged is less. */
  readonly window: number;
  /** After how many milliseconds without a packet the receiver is to send one; 0: never. */
  readonly every: number;
}

/** The next bytes of the stream. */
export interface DataPacket {
  /** What it is. */
  readonly kind: "data";
  /** At least one byte. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether the sender has no more use for the buffer, so that it can be transferred. */
  readonly given: boolean;
}

/** The receiver has taken data packets. */
export interface AckPacket {
  /** What it is. */
  readonly kind: "ack";
  /** The cost of the data packets that were taken since the last acknowledgement. */
  readonly cost: number;
}

/**
 * What a data packet counts besides its bytes. Without it a side that sends single
 * bytes could make the other one keep a million objects.
 */
export const PACKET_COST = 64;

/** The smallest window. A side may send as much before it knows the other one's. */
export const FIRST_WINDOW: number = 64 * 1024;

/**
 * The largest window. A side keeps as much for a reader that takes nothing, where the
 * carrier queues what it is given.
 */
export const LARGEST_WINDOW: number = 16 * 1024 * 1024;

/** The longest time in a hello. */
export const MAX_U31: number = 2 ** 31 - 1;

/** What a data packet counts in a window. */
export function costOf(bytes: Uint8Array): number {
  return bytes.length + PACKET_COST;
}
