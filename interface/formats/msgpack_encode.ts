import { ByteWriter } from "./byte_writer.ts";
import { ValueError } from "./value_error.ts";
import { type Encoding, writeValue } from "./write_value.ts";

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;

const MESSAGE_PACK: Encoding = {
  name: "MessagePack",
  null: 0xc0,
  false: 0xc2,
  true: 0xc3,
  number: writeNumber,
  bigint: writeBigInt,
  textHead: writeTextHead,
  bytesHead: writeBytesHead,
  listHead: writeListHead,
  mapHead: writeMapHead,
};

/** Writes a value as MessagePack. */
export function encodeMessagePack(value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writeValue(MESSAGE_PACK, writer, value);
  return writer.finish();
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value)) return writer.float64(0xcb, value);
  if (value >= 0) {
    // As an integer, -0 is 0.
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

function writeListHead(writer: ByteWriter, length: number): void {
  if (length < 16) writer.uint8(0x90 | length);
  else if (length < 0x1_0000) writer.tagged16(0xdc, length);
  else writer.tagged32(0xdd, length);
}
