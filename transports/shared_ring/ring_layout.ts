/**
 * Where everything lies in the memory of a connection: a page of control words
 * and releases, then the bytes of the two rings. `docs/shared_ring.md` draws it.
 */

/** The length of the page with the control words of both rings. */
export const CONTROL_LEN = 4096;

/** Records begin at multiples of this, so that a head never wraps. */
export const RECORD_ALIGN = 16;

/** The length of a record's head: a length and a message header, as on a byte stream. */
export const RECORD_HEAD_LEN = 16;

/** Sizes of rings are powers of two in this range. */
export const MIN_RING_SIZE = 4096;
export const MAX_RING_SIZE: number = 2 ** 30;

/**
 * The control words of a ring. Each has two cache lines of its own, since
 * processors fetch lines in pairs.
 */
export const controlWord = {
  /** How many bytes the writer has published; a u32 that wraps. */
  TAIL: 0,
  /** How many bytes the reader is done with; a u32 that wraps. */
  HEAD: 32,
  /** 1 while the reader sleeps until the writer wakes it. */
  READER_SLEEPS: 64,
  /** 1 while the writer sleeps until the reader wakes it. */
  WRITER_SLEEPS: 96,
  /** 1 once the writer has published its last byte. */
  ENDED: 128,
  /** How many frames of the writer the reader has released; a u32 that wraps. */
  RELEASED: 160,
  /** 1 while the writer sleeps until the reader releases a frame. */
  RELEASE_AWAITED: 192,
} as const;

const CONTROL_WORDS = 256;

/**
 * How many frames of a writer may be with the reader, unreleased. So many releases
 * have room.
 */
export const MAX_FRAMES = 64;

/** A release: the number of a region, and its generation. */
export const RELEASE_WORDS = 2;

/** Where the releases begin, behind the control words of both rings. */
const RELEASES_OFFSET = 2048;
const RELEASES_LEN = 4 * RELEASE_WORDS * MAX_FRAMES;

/** The sizes of the two rings, in bytes. */
export interface RingSizes {
  /** Of the ring into which the side that connects writes. */
  readonly there: number;
  /** Of the ring into which the side that accepts writes. */
  readonly back: number;
}

/** The memory of one ring. */
export interface RingMemory {
  /** Its control words: see {@linkcode controlWord}. */
  readonly control: Int32Array<ArrayBuffer>;
  /** The releases of frames, from the reader to the writer. */
  readonly releases: Uint32Array<ArrayBuffer>;
  /** How many bytes it has. */
  readonly size: number;
  /** These bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same memory. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** The same memory. */
  readonly view: DataView<ArrayBuffer>;
  /** Where it begins in the memory of the connection. */
  readonly offset: number;
}

/** Whether a ring can have a size. */
export function isRingSize(size: number): boolean {
  return Number.isInteger(Math.log2(size)) && size >= MIN_RING_SIZE &&
    size <= MAX_RING_SIZE;
}

/** How much memory a connection has. */
export function memoryLen({ there, back }: RingSizes): number {
  return CONTROL_LEN + there + back;
}

/** The two rings of a memory of `memoryLen` bytes. */
export function ringsOf(
  buffer: ArrayBuffer,
  { there, back }: RingSizes,
): [RingMemory, RingMemory] {
  return [
    ringAt(buffer, 0, CONTROL_LEN, there),
    ringAt(buffer, 1, CONTROL_LEN + there, back),
  ];
}

function ringAt(
  buffer: ArrayBuffer,
  index: number,
  offset: number,
  size: number,
): RingMemory {
  return {
    control: new Int32Array(buffer, 4 * CONTROL_WORDS * index, CONTROL_WORDS),
    releases: new Uint32Array(
      buffer,
      RELEASES_OFFSET + RELEASES_LEN * index,
      RELEASES_LEN / 4,
    ),
    size,
    bytes: new Uint8Array(buffer, offset, size),
    words: new Uint32Array(buffer, offset, size / 4),
    view: new DataView(buffer, offset, size),
    offset,
  };
}

/** The length of a record with a body of this length. */
export function recordLen(bodyLen: number): number {
  return RECORD_HEAD_LEN + padded(bodyLen);
}

/** A length, rounded up to where the next record begins. */
export function padded(length: number): number {
  return Math.ceil(length / RECORD_ALIGN) * RECORD_ALIGN;
}
