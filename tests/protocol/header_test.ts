import { assert, assertEquals, assertThrows } from "@std/assert";
import { equals } from "@std/bytes";
import type { Endian } from "../../protocol/header.ts";
import {
  HEADER_LEN,
  MAX_PAYLOAD_LEN,
  MessageHeader,
  MessageType,
  RpcError,
} from "../../protocol/mod.ts";
import { assertFatal } from "./support.ts";

const TYPES = [0, 1, 2, 3, 4] as const;
const REQUEST_IDS = [0, 1, 0x0102_0304, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const SERVICE_IDS = [0, 1, -1, -2, 0x0102_0304, 0x7fff_ffff, -0x8000_0000];
const NATIVE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
  ? "little"
  : "big";

/** The 12 bytes, made another way. */
function bytesOf(header: MessageHeader, endian: Endian): Uint8Array {
  const order = endian === "native" ? NATIVE : endian;
  return Uint8Array.from(
    [header.type, header.requestId, header.serviceId].flatMap((field) => {
      const bytes = [24, 16, 8, 0].map((shift) => (field >> shift) & 0xff);
      return order === "big" ? bytes : bytes.reverse();
    }),
  );
}

for (const endian of ["little", "big", "native"] as const) {
  Deno.test(`Headers encode and decode in byte order ${endian}`, () => {
    for (const type of TYPES) {
      for (const requestId of REQUEST_IDS) {
        for (const serviceId of SERVICE_IDS) {
          const header = new MessageHeader(type, requestId, serviceId);
          const bytes = MessageHeader.encode(header, endian);
          const where = JSON.stringify(header);
          assert(equals(bytes, bytesOf(header, endian)), where);
          assertEquals(MessageHeader.decode(bytes, endian), header, where);
        }
      }
    }
  });
}

Deno.test("A header is 12 bytes, and a body has what a 32-bit length leaves", () => {
  assertEquals(HEADER_LEN, 12);
  assertEquals(MAX_PAYLOAD_LEN, 4_294_967_283);
});

Deno.test("The message types are those of the wire", () => {
  assertEquals(MessageType, {
    Request: 0,
    Response: 1,
    RequesterUpdate: 2,
    ResponderUpdate: 3,
    Stream: 4,
  });
});

Deno.test("Byte order little is the default", () => {
  const header = new MessageHeader(MessageType.Response, 7, -1);
  const bytes = MessageHeader.encode(header);
  assertEquals(bytes, MessageHeader.encode(header, "little"));
  assertEquals(MessageHeader.decode(bytes), header);
});

Deno.test("A header is decoded from the start of a view, and the rest is left alone", () => {
  const header = new MessageHeader(MessageType.Stream, 9, -5);
  const buffer = new Uint8Array(40).fill(0xff);
  buffer.set(MessageHeader.encode(header), 5);
  assertEquals(MessageHeader.decode(buffer.subarray(5)), header);
  assertEquals(MessageHeader.decode(buffer.subarray(5, 17)), header);
});

Deno.test("Fewer than 12 bytes are no header", () => {
  for (let length = 0; length < HEADER_LEN; length++) {
    // The buffer goes on behind the view.
    const bytes = new Uint8Array(64).subarray(3, 3 + length);
    const error = assertThrows(() => MessageHeader.decode(bytes), RpcError);
    assertFatal(error, "message-too-short", `${length} bytes`);
    assertEquals([error.limit, error.actual], [HEADER_LEN, length]);
  }
});

Deno.test("A message type above 4 is no header", () => {
  for (const type of [5, 0xff, 0x0100_0000, 0xffff_ffff]) {
    for (const endian of ["little", "big"] as const) {
      const bytes = new Uint8Array(HEADER_LEN);
      new DataView(bytes.buffer).setUint32(0, type, endian === "little");
      const error = assertThrows(
        () => MessageHeader.decode(bytes, endian),
        RpcError,
      );
      assertFatal(error, "invalid-message-type", `${type}, ${endian}`);
      assertEquals(error.actual, type);
    }
  }
});

const NO_INTEGERS = [1.5, NaN, Infinity, -Infinity];
const OUT_OF_RANGE: readonly (readonly [string, number[], number])[] = [
  ["message type", [-1, 5, 2 ** 32, ...NO_INTEGERS], 0],
  ["request id", [-1, 2 ** 32, 2 ** 53, ...NO_INTEGERS], 1],
  ["service id", [2 ** 31, -(2 ** 31) - 1, 2 ** 32, ...NO_INTEGERS], 2],
];

for (const [what, values, place] of OUT_OF_RANGE) {
  Deno.test(`A ${what} out of range is a RangeError that names it and the value`, () => {
    for (const value of values) {
      const fields: [number, number, number] = [0, 0, 0];
      fields[place] = value;
      const [type, requestId, serviceId] = fields;
      const header = new MessageHeader(
        type as MessageType,
        requestId,
        serviceId,
      );
      const { message } = assertThrows(
        () => MessageHeader.encode(header),
        RangeError,
        what,
      );
      assert(message.endsWith(`got ${value}`), message);
    }
  });
}

Deno.test("Another byte order is a TypeError", () => {
  const header = new MessageHeader(0, 0, 0);
  const endian = "middle" as Endian;
  assertThrows(() => MessageHeader.encode(header, endian), TypeError, "middle");
  const bytes = MessageHeader.encode(header);
  assertThrows(() => MessageHeader.decode(bytes, endian), TypeError, "middle");
});
