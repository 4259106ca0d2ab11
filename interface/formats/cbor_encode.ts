import { ByteWriter } from "./byte_writer.ts";
import { CborFloat } from "./cbor_float.ts";
import { entriesOf } from "./map_keys.ts";
import {
  checkText,
  isPlainObject,
  MAX_DEPTH,
  refuseDepth,
  refuseValue,
} from "./plain_value.ts";
import { ValueError, within } from "./value_error.ts";

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

// The types of CBOR, as they stand in the first byte.
const POSITIVE = 0x00;
const NEGATIVE = 0x20;
const BYTES = 0x40;
const TEXT = 0x60;
const LIST = 0x80;
const MAP = 0xa0;

/** Writes a value as CBOR. */
export function encodeCbor(value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writeValue(writer, value, 0);
  return writer.finish();
}

function writeValue(writer: ByteWriter, value: unknown, depth: number): void {
  switch (typeof value) {
    case "string":
      checkText(value);
      return writer.text(value, writeTextHead);
    case "number":
      return writeNumber(writer, value);
    case "boolean":
      return writer.uint8(value ? 0xf5 : 0xf4);
    case "undefined":
      return writer.uint8(0xf7);
    case "bigint":
      return writeBigInt(writer, value);
    case "object":
      if (value === null) return writer.uint8(0xf6);
      if (depth === MAX_DEPTH) refuseDepth();
      return writeObject(writer, value, depth + 1);
    default:
      refuseValue(value, "CBOR");
  }
}

function writeObject(writer: ByteWriter, value: object, depth: number): void {
  if (Array.isArray(value)) return writeList(writer, value, depth);
  if (value instanceof Uint8Array) {
    writeHead(writer, BYTES, value.length);
    return writer.bytes(value);
  }
  if (value instanceof CborFloat) return writeFloat(writer, value.value);
  if (value instanceof Map) return writeMap(writer, value, depth);
  if (!isPlainObject(value)) refuseValue(value, "CBOR");
  writeProperties(writer, value as Record<string, unknown>, depth);
}

function writeList(
  writer: ByteWriter,
  list: readonly unknown[],
  depth: number,
): void {
  const { length } = list;
  writeHead(writer, LIST, length);
  let index = 0;
  try {
    for (; index < length; index++) writeValue(writer, list[index], depth);
  } catch (error) {
    throw within(error, index);
  }
}

function writeProperties(
  writer: ByteWriter,
  object: Readonly<Record<string, unknown>>,
  depth: number,
): void {
  const keys = Object.keys(object);
  let count = 0;
  for (const key of keys) if (object[key] !== undefined) count++;
  writeHead(writer, MAP, count);
  let at = "";
  try {
    for (const key of keys) {
      const value = object[key];
      if (value === undefined) continue;
      at = key;
      count--;
      checkText(key);
      writer.text(key, writeTextHead);
      writeValue(writer, value, depth);
    }
  } catch (error) {
    throw within(error, at);
  }
  if (count !== 0) throw new ValueError("A getter gives other values");
}

function writeMap(
  writer: ByteWriter,
  map: ReadonlyMap<unknown, unknown>,
  depth: number,
): void {
  writeHead(writer, MAP, map.size);
  for (const [key, value, name] of entriesOf(map)) {
    try {
      writeValue(writer, key, depth);
      writeValue(writer, value, depth);
    } catch (error) {
      throw within(error, name);
    }
  }
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value)) writeFloat(writer, value);
  else if (value >= 0) writeHead(writer, POSITIVE, value);
  else writeHead(writer, NEGATIVE, -1 - value);
}

/** In the fewest bytes that keep it. */
function writeFloat(writer: ByteWriter, value: number): void {
  if (Math.fround(value) !== value && !Number.isNaN(value)) {
    writer.float64(0xfb, value);
  } else if (Math.f16round(value) === value || Number.isNaN(value)) {
    writer.float16(0xf9, value);
  } else writer.float32(0xfa, value);
}

/**
 * Writes what a number can't hold as an integer, as long as that has 64 bits. The
 * others are bignums, so that they come back as bigints.
 */
function writeBigInt(writer: ByteWriter, value: bigint): void {
  const type = value < 0n ? NEGATIVE : POSITIVE;
  const count = value < 0n ? -1n - value : value;
  if (count > MAX_SAFE && count <= MAX_UINT64) {
    return writer.tagged64(type | 0x1b, count);
  }
  const hex = count.toString(16);
  const bytes = Uint8Array.fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
  writer.uint8(value < 0n ? 0xc3 : 0xc2);
  writeHead(writer, BYTES, bytes.length);
  writer.bytes(bytes);
}

function writeTextHead(writer: ByteWriter, length: number): void {
  writeHead(writer, TEXT, length);
}

function writeHead(writer: ByteWriter, type: number, count: number): void {
  if (count < 24) writer.uint8(type | count);
  else if (count < 0x100) writer.tagged8(type | 0x18, count);
  else if (count < 0x1_0000) writer.tagged16(type | 0x19, count);
  else if (count < 0x1_0000_0000) writer.tagged32(type | 0x1a, count);
  else writer.tagged53(type | 0x1b, count);
}
