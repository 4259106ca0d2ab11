import { ByteWriter } from "./byte_writer.ts";
import { CborFloat } from "./cbor_float.ts";
import { type Encoding, writeValue } from "./write_value.ts";
import { toFloat16Bits } from "./float16.ts";
import { fromHex } from "./hex.ts";

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

// The major types of CBOR, as in the first byte.
const POSITIVE = 0x00;
const NEGATIVE = 0x20;
const BYTES = 0x40;
const TEXT = 0x60;
const LIST = 0x80;
const MAP = 0xa0;

const CBOR: Encoding = {
  name: "CBOR",
  null: 0xf6,
  false: 0xf4,
  true: 0xf5,
  undefined: 0xf7,
  number: writeNumber,
  bigint: writeBigInt,
  textHead: (writer, length) => writeHead(writer, TEXT, length),
  bytesHead: (writer, length) => writeHead(writer, BYTES, length),
  listHead: (writer, length) => writeHead(writer, LIST, length),
  mapHead: (writer, count) => writeHead(writer, MAP, count),
  object(writer, value) {
    if (!(value instanceof CborFloat)) return false;
    writeFloat(writer, value.value);
    return true;
  },
};

/** Writes a value as CBOR. */
export function encodeCbor(value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writeValue(CBOR, writer, value);
  return writer.finish();
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value)) writeFloat(writer, value);
  else if (value >= 0) writeHead(writer, POSITIVE, value);
  else writeHead(writer, NEGATIVE, -1 - value);
}

/** Writes a float in the fewest bytes that hold it exactly. */
function writeFloat(writer: ByteWriter, value: number): void {
  if (Math.fround(value) !== value && !Number.isNaN(value)) {
    return writer.float64(0xfb, value);
  }
  const bits = toFloat16Bits(value);
  if (bits === null) writer.float32(0xfa, value);
  else writer.tagged16(0xf9, bits);
}

/**
 * Writes a bigint beyond 2^53 - 1 as an integer, if that has at most 64 bits. All
 * others are written as bignums, so that they come back as bigints.
 */
function writeBigInt(writer: ByteWriter, value: bigint): void {
  const type = value < 0n ? NEGATIVE : POSITIVE;
  const count = value < 0n ? -1n - value : value;
  if (count > MAX_SAFE && count <= MAX_UINT64) {
    return writer.tagged64(type | 0x1b, count);
  }
  const hex = count.toString(16);
  const bytes = fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
  writer.uint8(value < 0n ? 0xc3 : 0xc2);
  writeHead(writer, BYTES, bytes.length);
  writer.bytes(bytes);
}

function writeHead(writer: ByteWriter, type: number, count: number): void {
  if (count < 24) writer.uint8(type | count);
  else if (count < 0x100) writer.tagged8(type | 0x18, count);
  else if (count < 0x1_0000) writer.tagged16(type | 0x19, count);
  else if (count < 0x1_0000_0000) writer.tagged32(type | 0x1a, count);
  else writer.tagged53(type | 0x1b, count);
}
