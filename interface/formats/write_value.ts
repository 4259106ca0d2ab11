import type { ByteWriter } from "./byte_writer.ts";
import { entriesOf } from "./map_keys.ts";
import {
  checkText,
  isPlainObject,
  MAX_DEPTH,
  refuseDepth,
  refuseValue,
} from "./plain_value.ts";
import { ValueError, within } from "./value_error.ts";

/** How a binary format writes single values, and the heads of lists, maps and others. */
export interface Encoding {
  /** What it is called in errors. */
  readonly name: string;
  /** The bytes of these; undefined is refused where there is none. */
  readonly null: number;
  readonly false: number;
  readonly true: number;
  readonly undefined?: number;
  number(writer: ByteWriter, value: number): void;
  bigint(writer: ByteWriter, value: bigint): void;
  textHead(writer: ByteWriter, length: number): void;
  bytesHead(writer: ByteWriter, length: number): void;
  listHead(writer: ByteWriter, length: number): void;
  mapHead(writer: ByteWriter, count: number): void;
  /** Writes an object that only this format knows; false if it isn't one. */
  object?(writer: ByteWriter, value: object): boolean;
}

/** Writes a value, and what is in it. */
export function writeValue(
  encoding: Encoding,
  writer: ByteWriter,
  value: unknown,
  depth = 0,
): void {
  switch (typeof value) {
    case "string":
      checkText(value);
      return writer.text(value, encoding.textHead);
    case "number":
      return encoding.number(writer, value);
    case "boolean":
      return writer.uint8(value ? encoding.true : encoding.false);
    case "bigint":
      return encoding.bigint(writer, value);
    case "undefined":
      if (encoding.undefined === undefined) refuseValue(value, encoding.name);
      return writer.uint8(encoding.undefined);
    case "object":
      if (value === null) return writer.uint8(encoding.null);
      if (depth === MAX_DEPTH) refuseDepth();
      return writeObject(encoding, writer, value, depth + 1);
    default:
      refuseValue(value, encoding.name);
  }
}

function writeObject(
  encoding: Encoding,
  writer: ByteWriter,
  value: object,
  depth: number,
): void {
  if (Array.isArray(value)) return writeList(encoding, writer, value, depth);
  if (value instanceof Uint8Array) {
    encoding.bytesHead(writer, value.length);
    return writer.bytes(value);
  }
  if (encoding.object?.(writer, value)) return;
  if (value instanceof Map) return writeMap(encoding, writer, value, depth);
  if (!isPlainObject(value)) refuseValue(value, encoding.name);
  writeProperties(encoding, writer, value as Record<string, unknown>, depth);
}

function writeList(
  encoding: Encoding,
  writer: ByteWriter,
  list: readonly unknown[],
  depth: number,
): void {
  const { length } = list;
  encoding.listHead(writer, length);
  let index = 0;
  try {
    for (; index < length; index++) {
      writeValue(encoding, writer, list[index], depth);
    }
  } catch (error) {
    throw within(error, index);
  }
}

function writeProperties(
  encoding: Encoding,
  writer: ByteWriter,
  object: Readonly<Record<string, unknown>>,
  depth: number,
): void {
  const keys = Object.keys(object);
  let count = 0;
  for (const key of keys) if (object[key] !== undefined) count++;
  encoding.mapHead(writer, count);
  let at = "";
  try {
    for (const key of keys) {
      const value = object[key];
      if (value === undefined) continue;
      at = key;
      count--;
      checkText(key);
      writer.text(key, encoding.textHead);
      writeValue(encoding, writer, value, depth);
    }
  } catch (error) {
    throw within(error, at);
  }
  if (count !== 0) throw new ValueError("A getter gives other values");
}

function writeMap(
  encoding: Encoding,
  writer: ByteWriter,
  map: ReadonlyMap<unknown, unknown>,
  depth: number,
): void {
  encoding.mapHead(writer, map.size);
  for (const [key, value, name] of entriesOf(map)) {
    try {
      writeValue(encoding, writer, key, depth);
      writeValue(encoding, writer, value, depth);
    } catch (error) {
      throw within(error, name);
    }
  }
}
