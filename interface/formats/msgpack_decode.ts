import { ByteReader } from "./byte_reader.ts";
import { propertyName, setProperty } from "./map_keys.ts";
import { checkDepth } from "./plain_value.ts";

/**
 * Reads a value from MessagePack. Bytes in it are views of the data.
 *
 * @throws {TypeError} If it is no MessagePack.
 */
export function decodeMessagePack(data: Uint8Array<ArrayBuffer>): unknown {
  const reader = new ByteReader(data);
  const value = readValue(reader, 0);
  reader.end();
  return value;
}

function readValue(reader: ByteReader, depth: number): unknown {
  const type = reader.uint8();
  if (type < 0x80) return type;
  if (type < 0x90) return readMap(reader, type & 0x0f, depth);
  if (type < 0xa0) return readList(reader, type & 0x0f, depth);
  if (type < 0xc0) return reader.text(type & 0x1f);
  if (type >= 0xe0) return type - 0x100;
  switch (type) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc4:
      return reader.bytes(reader.uint8());
    case 0xc5:
      return reader.bytes(reader.uint16());
    case 0xc6:
      return reader.bytes(reader.uint32());
    case 0xca:
      return reader.float32();
    case 0xcb:
      return reader.float64();
    case 0xcc:
      return reader.uint8();
    case 0xcd:
      return reader.uint16();
    case 0xce:
      return reader.uint32();
    case 0xcf:
      return reader.uint64();
    case 0xd0:
      return reader.int8();
    case 0xd1:
      return reader.int16();
    case 0xd2:
      return reader.int32();
    case 0xd3:
      return reader.int64();
    case 0xd9:
      return reader.text(reader.uint8());
    case 0xda:
      return reader.text(reader.uint16());
    case 0xdb:
      return reader.text(reader.uint32());
    case 0xdc:
      return readList(reader, reader.uint16(), depth);
    case 0xdd:
      return readList(reader, reader.uint32(), depth);
    case 0xde:
      return readMap(reader, reader.uint16(), depth);
    case 0xdf:
      return readMap(reader, reader.uint32(), depth);
    default:
      return refuseType(type, reader.offset - 1);
  }
}

function readList(
  reader: ByteReader,
  length: number,
  depth: number,
): unknown[] {
  checkDepth(depth);
  reader.claim(length, 1);
  const list: unknown[] = [];
  for (let index = 0; index < length; index++) {
    list.push(readValue(reader, depth + 1));
  }
  return list;
}

function readMap(
  reader: ByteReader,
  length: number,
  depth: number,
): Record<string, unknown> {
  checkDepth(depth);
  reader.claim(length, 2);
  const object: Record<string, unknown> = {};
  for (let index = 0; index < length; index++) {
    const key = propertyName(readValue(reader, depth + 1));
    setProperty(object, key, readValue(reader, depth + 1));
  }
  return object;
}

function refuseType(type: number, at: number): never {
  const what = type === 0xc1 ? "The type c1" : "An extension type";
  throw new TypeError(`${what}, at byte ${at}, can't be read`);
}
