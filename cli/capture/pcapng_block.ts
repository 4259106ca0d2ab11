import { concat } from "@std/bytes";

/** The types of blocks that are used here (draft-ietf-opsawg-pcapng). */
export const blockType = {
  SECTION_HEADER: 0x0a0d0d0a,
  INTERFACE: 1,
  SIMPLE_PACKET: 3,
  ENHANCED_PACKET: 6,
} as const;

/** Tells the byte order of a section. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** The codes of options. */
export const optionCode = {
  END: 0,
  COMMENT: 1,
  /** Of an interface. */
  INTERFACE_NAME: 2,
  /** Of an interface: how long a tick of its clock is. */
  TIME_RESOLUTION: 9,
  /** Of an interface: what is added to its clock, in seconds. */
  TIME_OFFSET: 14,
  /** Of a section: what has written it. */
  APPLICATION: 4,
  /** Of a packet. */
  FLAGS: 2,
} as const;

/** An option of a block. */
export interface BlockOption {
  /** What it is. */
  readonly code: number;
  /** Its value. */
  readonly value: Uint8Array<ArrayBuffer>;
}

/** The longest value that an option can have. */
const MAX_OPTION = 0xffff;

/** A block, little endian. */
export function encodeBlock(
  type: number,
  body: readonly Uint8Array<ArrayBuffer>[],
  options: readonly BlockOption[] = [],
): Uint8Array<ArrayBuffer> {
  const inside = concat([...body.map(padded), ...encodeOptions(options)]);
  const length = inside.length + 12;
  return concat([words(type, length), inside, words(length)]);
}

/** An option with text; what doesn't fit is cut off. */
export function textOption(code: number, text: string): BlockOption {
  const bytes = new TextEncoder().encode(text);
  let end = Math.min(bytes.length, MAX_OPTION);
  // Not within a character.
  while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--;
  return { code, value: bytes.slice(0, end) };
}

/** Numbers of 32 bits, little endian. */
export function words(...numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, i) => view.setUint32(i * 4, number, true));
  return bytes;
}

/** Numbers of 16 bits, little endian. */
export function halfWords(
  ...numbers: readonly number[]
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(numbers.length * 2);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, i) => view.setUint16(i * 2, number, true));
  return bytes;
}

function encodeOptions(
  options: readonly BlockOption[],
): Uint8Array<ArrayBuffer>[] {
  if (options.length === 0) return [];
  return [
    ...options.flatMap(({ code, value }) => [
      halfWords(code, value.length),
      padded(value),
    ]),
    halfWords(optionCode.END, 0),
  ];
}

/** Blocks and their parts begin at multiples of 4. */
function padded(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const missing = -bytes.length & 3;
  return missing === 0 ? bytes : concat([bytes, new Uint8Array(missing)]);
}
