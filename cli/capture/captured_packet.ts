/** A packet of a capture, whatever wrote it. */
export interface CapturedPacket {
  /** When, in milliseconds since 1970. */
  readonly time: number;
  /** What the packet begins with: a number of tcpdump's list of link types. */
  readonly linkType: number;
  /** The packet, as far as it was captured. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** How long it was. */
  readonly originalLength: number;
  /** What the file says of it. */
  readonly comments: readonly string[];
}

/** The longest packet and block that is read: above what any program writes. */
export const MAX_BLOCK_LEN: number = 16 * 1024 * 1024;
