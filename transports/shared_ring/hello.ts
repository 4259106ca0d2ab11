import type { RpcError } from "../../protocol/error.ts";
import { ringViolation } from "./ring_error.ts";
import { isRingSize, type RingSizes } from "./ring_layout.ts";

/** What the datagrams on the socket begin with: one 32-bit word. */
export const datagramKind = {
  /** The first one of the side that connects; the memory goes with it. */
  HELLO: 0x797a_6966,
  /** The answer: the rings are in use. */
  WELCOME: 0x797a_6967,
  /** The other answer: a text follows, which says why not. */
  REFUSED: 0x797a_6968,
  /** Look at the indices: something has come, or there is room. */
  WAKE: 1,
  /** The descriptors of a message, whose number is the next word. */
  DESCRIPTORS: 2,
} as const;

/** The version of what `docs/shared_ring.md` describes. */
export const VERSION = 1;

/** As a word, it reads otherwise in the other byte order. */
const BYTE_ORDER_MARK = 0x0102_0304;

const WORDS = 8;

/** The length of a hello and a welcome, in bytes. */
export const HELLO_LEN: number = 4 * WORDS;

/** What the two sides tell each other before anything else. */
export interface Hello {
  /** Whether heads of records are little endian. */
  readonly littleEndian: boolean;
  /** How large the rings are. */
  readonly sizes: RingSizes;
}

/** Encodes a hello, or a welcome, which repeats what the hello has said. */
export function encodeHello(
  kind: number,
  { littleEndian, sizes }: Hello,
): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(WORDS);
  words[0] = kind;
  words[1] = VERSION;
  words[2] = BYTE_ORDER_MARK;
  words[3] = littleEndian ? 1 : 2;
  words[4] = sizes.there;
  words[5] = sizes.back;
  return new Uint8Array(words.buffer);
}

/**
 * Decodes one.
 *
 * @param bytes A datagram of that kind.
 * @throws {RpcError} If this side can't go on from it.
 */
export function decodeHello(bytes: Uint8Array<ArrayBuffer>): Hello {
  const words = new Uint32Array(bytes.slice(0, bytes.length & ~3).buffer);
  const [, version, mark, order] = words;
  if (mark !== BYTE_ORDER_MARK && words.length >= 3) {
    throw ringViolation(
      "The other side has the other byte order, or speaks another protocol",
    );
  }
  if (version !== VERSION) {
    throw ringViolation(
      `The other side has version ${version} of the rings, and this one has ${VERSION}`,
      version,
    );
  }
  const sizes = { there: words[4]!, back: words[5]! };
  const isValid = bytes.length === HELLO_LEN && isRingSize(sizes.there) &&
    isRingSize(sizes.back) && (order === 1 || order === 2) &&
    words[6] === 0 && words[7] === 0;
  if (!isValid) throw ringViolation("The other side's hello isn't valid");
  return { littleEndian: order === 1, sizes };
}

/**
 * Checks what a side asks for.
 *
 * @throws {RpcError} If this side doesn't take it.
 */
export function checkHello(
  { littleEndian, sizes }: Hello,
  config: { readonly littleEndian: boolean; readonly maxRingSize: number },
): void {
  if (littleEndian !== config.littleEndian) {
    const name = (little: boolean): string => little ? "little" : "big";
    throw ringViolation(
      `The other side's messages are ${
        name(littleEndian)
      } endian, and this side's ${
        name(config.littleEndian)
      }: set the same endian on both`,
    );
  }
  const size = Math.max(sizes.there, sizes.back);
  if (size <= config.maxRingSize) return;
  throw ringViolation(
    `Rings of ${size} bytes are over maxRingSize of the side that accepts, which is ${config.maxRingSize}`,
    size,
  );
}

/** Encodes a refusal. */
export function encodeRefusal({ message }: RpcError): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(message);
  const bytes = new Uint8Array(4 + text.length);
  new Uint32Array(bytes.buffer, 0, 1)[0] = datagramKind.REFUSED;
  bytes.set(text, 4);
  return bytes;
}

/** The error that a refusal gives. */
export function decodeRefusal(bytes: Uint8Array<ArrayBuffer>): RpcError {
  const text = new TextDecoder().decode(bytes.subarray(4));
  return ringViolation(`The other side refused the rings: ${text}`);
}
