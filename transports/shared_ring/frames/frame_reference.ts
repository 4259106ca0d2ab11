/** The length of what a record of the type FRAME has behind its head. */
export const REFERENCE_LEN = 32;

/** How many regions of a writer may have numbers, from 0 on. */
export const MAX_REGIONS = 64;

/** Which bytes a body is, and of what message. */
export interface FrameReference {
  /** The type of the message. */
  readonly type: number;
  /** The number of the region. */
  readonly region: number;
  /** Which lending of the region it is. */
  readonly generation: number;
  /** Where in the region the body begins. */
  readonly offset: number;
  /** How long it is. */
  readonly length: number;
}

/** Writes a reference. */
export function encodeReference(
  { type, region, generation, offset, length }: FrameReference,
  little: boolean,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(REFERENCE_LEN);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, little);
  view.setUint32(4, region, little);
  view.setUint32(8, generation, little);
  view.setBigUint64(16, BigInt(offset), little);
  view.setBigUint64(24, BigInt(length), little);
  return bytes;
}

/** Reads a reference out of bytes that nobody else writes to. */
export function decodeReference(
  bytes: Uint8Array<ArrayBuffer>,
  little: boolean,
): FrameReference {
  const view = new DataView(bytes.buffer, bytes.byteOffset, REFERENCE_LEN);
  return {
    type: view.getUint32(0, little),
    region: view.getUint32(4, little),
    generation: view.getUint32(8, little),
    // Those that a number can't hold are beyond any region, rounded too.
    offset: Number(view.getBigUint64(16, little)),
    length: Number(view.getBigUint64(24, little)),
  };
}
