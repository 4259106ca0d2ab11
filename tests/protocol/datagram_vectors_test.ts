import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat, equals } from "@std/bytes";
import { HEADER_LEN, MessageHeader, RpcError } from "../../protocol/mod.ts";
import { assertFatal } from "./support.ts";
import { DATAGRAM_INVALID, DATAGRAM_VALID } from "./vectors.ts";

Deno.test("There are valid and invalid vectors of datagrams", () => {
  assertEquals(DATAGRAM_VALID.length, 5);
  assertEquals(DATAGRAM_INVALID.length, 4);
});

for (const { name, endian, message, bytes } of DATAGRAM_VALID) {
  Deno.test(`Valid datagram "${name}" is its header and its body`, () => {
    assertEquals(MessageHeader.decode(bytes, endian), message.header);
    assert(equals(bytes.subarray(HEADER_LEN), message.body.data));
    const header = MessageHeader.encode(message.header, endian);
    assert(equals(concat([header, message.body.data]), bytes));
  });
}

for (const { name, endian, error: code, bytes } of DATAGRAM_INVALID) {
  // A datagram over the limit has a good header: it is the socket's to judge,
  // and comes with Unix seqpacket.
  const ignore = code === "payload-too-large";
  Deno.test({
    name: `Invalid datagram "${name}" gives ${code}`,
    ignore,
    fn() {
      const error = assertThrows(
        () => MessageHeader.decode(bytes, endian),
        RpcError,
      );
      assertFatal(error, code);
    },
  });
}
