import { concat } from "@std/bytes";
import { ByteReader } from "./byte_reader.ts";
import { propertyName, setProperty } from "./map_keys.ts";
import { checkDepth } from "./plain_value.ts";
import { fromFloat16Bits } from "./float16.ts";
import { toHex } from "./hex.ts";

/**
 * Reads a value from CBOR. Bytes in it are copies.
 *
 * @throws {TypeError} If it is no CBOR.
 */
export function decodeCbor(data: Uint8Array<ArrayBuffer>): unknown {
  const reader = new ByteReader(data);
  const value = readValue(reader, reader.uint8(), 0);
  reader.end();
  return value;
}

/** The byte that ends a value of indefinite length. */
const BREAK = 0xff;

function readValue(reader: ByteReader, head: number, depth: number): unknown {
  switch (head >> 5) {
    case 0:
      return readCount(reader, head);
    case 1: {
      const count = readCount(reader, head);
      // The value is -1 - count, so the last exact count gives one that isn't.
      const isExact = typeof count === "number" &&
        count < Number.MAX_SAFE_INTEGER;
      return isExact ? -1 - count : -1n - BigInt(count);
    }
    case 2:
      return readBytes(reader, head);
    case 3:
      return readText(reader, head);
    case 4:
      return readList(reader, head, depth);
    case 5:
      return readMap(reader, head, depth);
    case 6:
      return readBigInt(reader, head);
    default:
      return readSimple(reader, head);
  }
}

/** A count, or an integer: a number where that is exact, else a bigint. */
function readCount(reader: ByteReader, head: number): number | bigint {
  const info = head & 0x1f;
  if (info < 24) return info;
  switch (info) {
    case 24:
      return reader.uint8();
    case 25:
      return reader.uint16();
    case 26:
      return reader.uint32();
    case 27:
      return reader.uint64();
    default:
      return refuse(reader, head);
  }
}

function isIndefinite(head: number): boolean {
  return (head & 0x1f) === 0x1f;
}

/** Reads the parts of bytes or text of indefinite length. */
function readParts<T>(
  reader: ByteReader,
  head: number,
  read: (length: number) => T,
): T[] {
  const parts: T[] = [];
  for (;;) {
    const next = reader.uint8();
    if (next === BREAK) return parts;
    // Only parts of the same type, with a length, may stand there.
    if (next >> 5 !== head >> 5) refuse(reader, next);
    parts.push(read(Number(readCount(reader, next))));
  }
}

function readBytes(reader: ByteReader, head: number): Uint8Array<ArrayBuffer> {
  if (!isIndefinite(head)) {
    return reader.bytes(Number(readCount(reader, head))).slice();
  }
  const parts = readParts(reader, head, (length) => reader.bytes(length));
  return concat(parts);
}

function readText(reader: ByteReader, head: number): string {
  if (!isIndefinite(head)) return reader.text(Number(readCount(reader, head)));
  return readParts(reader, head, (length) => reader.text(length)).join("");
}

function readList(reader: ByteReader, head: number, depth: number): unknown[] {
  checkDepth(depth);
  const list: unknown[] = [];
  if (isIndefinite(head)) {
    for (let next = reader.uint8(); next !== BREAK; next = reader.uint8()) {
      list.push(readValue(reader, next, depth + 1));
    }
    return list;
  }
  const length = Number(readCount(reader, head));
  reader.claim(length, 1);
  for (let index = 0; index < length; index++) {
    list.push(readValue(reader, reader.uint8(), depth + 1));
  }
  return list;
}

function readMap(
  reader: ByteReader,
  head: number,
  depth: number,
): Record<string, unknown> {
  checkDepth(depth);
  const object: Record<string, unknown> = {};
  if (isIndefinite(head)) {
    for (let next = reader.uint8(); next !== BREAK; next = reader.uint8()) {
      readEntry(reader, object, next, depth);
    }
    return object;
  }
  const length = Number(readCount(reader, head));
  reader.claim(length, 2);
  for (let index = 0; index < length; index++) {
    readEntry(reader, object, reader.uint8(), depth);
  }
  return object;
}

function readEntry(
  reader: ByteReader,
  object: Record<string, unknown>,
  head: number,
  depth: number,
): void {
  const key = propertyName(readValue(reader, head, depth + 1));
  setProperty(object, key, readValue(reader, reader.uint8(), depth + 1));
}

/** Reads a bignum. No other tag is accepted. */
function readBigInt(reader: ByteReader, head: number): bigint {
  const tag = readCount(reader, head);
  const next = tag === 2 || tag === 3 ? reader.uint8() : 0;
  if (next >> 5 !== 2) {
    throw new TypeError(
      `The tag ${tag}, before byte ${reader.offset}, can't be read`,
    );
  }
  const count = BigInt(`0x0${toHex(readBytes(reader, next))}`);
  return tag === 2 ? count : -1n - count;
}

function readSimple(reader: ByteReader, head: number): unknown {
  switch (head) {
    case 0xf4:
      return false;
    case 0xf5:
      return true;
    case 0xf6:
      return null;
    case 0xf7:
      return undefined;
    case 0xf9:
      return fromFloat16Bits(reader.uint16());
    case 0xfa:
      return reader.float32();
    case 0xfb:
      return reader.float64();
    default:
      return refuse(reader, head);
  }
}

function refuse(reader: ByteReader, head: number): never {
  const type = head.toString(16).padStart(2, "0");
  throw new TypeError(
    `The type ${type}, at byte ${reader.offset - 1}, can't be read`,
  );
}
