import { ByteWriter } from "./byte_writer.ts";
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
const MIN_INT64 = -0x8000_0000_0000_0000n;

/** Writes a value as MessagePack. */
export function encodeMessagePack(value: unknown): Uint8Array<ArrayBuffer> {
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
      return writer.uint8(value ? 0xc3 : 0xc2);
    case "bigint":
      return writeBigInt(writer, value);
    case "object":
      if (value === null) return writer.uint8(0xc0);
      if (depth === MAX_DEPTH) refuseDepth();
      return writeObject(writer, value, depth + 1);
    default:
      refuseValue(value, "MessagePack");
  }
}

function writeObject(writer: ByteWriter, value: object, depth: number): void {
  if (Array.isArray(value)) return writeList(writer, value, depth);
  if (value instanceof Uint8Array) {
    writeBytesHead(writer, value.length);
    return writer.bytes(value);
  }
  if (value instanceof Map) return writeMap(writer, value, depth);
  if (!isPlainObject(value)) refuseValue(value, "MessagePack");
  writeProperties(writer, value as Record<string, unknown>, depth);
}

function writeList(
  writer: ByteWriter,
  list: readonly unknown[],
  depth: number,
): void {
  const { length } = list;
  if (length < 16) writer.uint8(0x90 | length);
  else if (length < 0x1_0000) writer.tagged16(0xdc, length);
  else writer.tagged32(0xdd, length);
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
  writeMapHead(writer, count);
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
  writeMapHead(writer, map.size);
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
  if (!Number.isSafeInteger(value)) return writer.float64(0xcb, value);
  if (value >= 0) {
    // What is -0 is 0 as an integer.
    if (value < 0x80) writer.uint8(value);
    else if (value < 0x100) writer.tagged8(0xcc, value);
    else if (value < 0x1_0000) writer.tagged16(0xcd, value);
    else if (value < 0x1_0000_0000) writer.tagged32(0xce, value);
    else writer.tagged53(0xcf, value);
  } else if (value >= -0x20) writer.uint8(value);
  else if (value >= -0x80) writer.tagged8(0xd0, value);
  else if (value >= -0x8000) writer.tagged16(0xd1, value);
  else if (value >= -0x8000_0000) writer.tagged32(0xd2, value);
  else writer.tagged64(0xd3, BigInt(value));
}

function writeBigInt(writer: ByteWriter, value: bigint): void {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return writeNumber(writer, number);
  if (value > MAX_UINT64 || value < MIN_INT64) {
    throw new ValueError("A bigint of more than 64 bits can't be sent");
  }
  writer.tagged64(value > 0n ? 0xcf : 0xd3, value);
}

function writeTextHead(writer: ByteWriter, length: number): void {
  if (length < 32) writer.uint8(0xa0 | length);
  else if (length < 0x100) writer.tagged8(0xd9, length);
  else if (length < 0x1_0000) writer.tagged16(0xda, length);
  else writer.tagged32(0xdb, length);
}

function writeBytesHead(writer: ByteWriter, length: number): void {
  if (length < 0x100) writer.tagged8(0xc4, length);
  else if (length < 0x1_0000) writer.tagged16(0xc5, length);
  else writer.tagged32(0xc6, length);
}

function writeMapHead(writer: ByteWriter, count: number): void {
  if (count < 16) writer.uint8(0x80 | count);
  else if (count < 0x1_0000) writer.tagged16(0xde, count);
  else writer.tagged32(0xdf, count);
}
