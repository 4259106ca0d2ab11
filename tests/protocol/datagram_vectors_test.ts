import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { concat, equals } from "@std/bytes";
import {
  HEADER_LEN,
  Message,
  MessageHeader,
  RpcError,
} from "../../protocol/mod.ts";
import { nextStream, sceneTest } from "../unix_seqpacket/support/scene.ts";
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
  // One over the limit has a good header: it is the socket's to judge.
  if (code !== "payload-too-large") {
    Deno.test(`Invalid datagram "${name}" gives ${code}`, () => {
      const error = assertThrows(
        () => MessageHeader.decode(bytes, endian),
        RpcError,
      );
      assertFatal(error, code);
    });
  }
}

for (const { name, endian, message, bytes } of DATAGRAM_VALID) {
  sceneTest(`Valid datagram "${name}" passes a socket`, async (scene) => {
    const [transport, raw] = scene.rawTransport({ endian });
    const reader = transport.readable.getReader();
    const writer = transport.writable.getWriter();
    raw.send(bytes);
    const [received] = (await reader.read()).value!;
    assert(received instanceof Message);
    assertEquals(received.header, message.header);
    assertEquals(received.body.data, message.body.data);
    await writer.write([{ message: received }]);
    assertEquals((await raw.recv())?.data, bytes);
    await reader.cancel();
  });
}

for (const { name, endian, error: code, bytes } of DATAGRAM_INVALID) {
  sceneTest(
    `Invalid datagram "${name}" on a socket gives ${code}`,
    async (scene) => {
      const [peer, raw] = scene.raw({ endian });
      raw.send(bytes);
      const error = await assertRejects(() => peer.recvMessage(), RpcError);
      assertEquals(error.code, code);
      assertEquals(error.fatal, code !== "payload-too-large");
      if (error.fatal) {
        assertEquals((await peer.closed)?.code, code);
        return;
      }
      const { type, requestId, serviceId } = MessageHeader.decode(
        (await raw.recv())!.data,
        endian,
      );
      assertEquals([type, requestId, serviceId], [1, 1, -1]);
      raw.send(MessageHeader.encode(new MessageHeader(4, 0, 3), endian));
      assertEquals((await nextStream(peer)).header.serviceId, 3);
    },
  );
}
