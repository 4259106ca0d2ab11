import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  MessageType,
  RpcError,
  serviceId,
  StreamBody,
} from "../../protocol/mod.ts";
import { messageOf } from "./support.ts";

Deno.test("Only a response with service id -1 is an error", () => {
  assertEquals(serviceId.ERROR, -1);
  for (const type of Object.values(MessageType)) {
    for (const id of [-2, -1, 0, 1, 0x7fff_ffff]) {
      assertEquals(
        messageOf(type, 7, id).isError,
        type === MessageType.Response && id === -1,
        `type ${type}, service ${id}`,
      );
    }
  }
});

Deno.test("text() decodes UTF-8, and replaces what is none", () => {
  assertEquals(messageOf(0, 0, 0, "zażółć 🦀").text(), "zażółć 🦀");
  assertEquals(messageOf(0, 0, 0).text(), "");
  const bytes = Uint8Array.of(97, 0xff, 98, 0xc5);
  assertEquals(messageOf(0, 0, 0, bytes).text(), "a\ufffdb\ufffd");
  assertEquals(new StreamBody(bytes).text(), "a\ufffdb\ufffd");
});

Deno.test("text() of one body keeps nothing of the one before", () => {
  // The first byte of two, and then the second one alone.
  assertEquals(new StreamBody(Uint8Array.of(0xc5)).text(), "\ufffd");
  assertEquals(new StreamBody(Uint8Array.of(0xbc)).text(), "\ufffd");
});

Deno.test("text() reads the view alone, not the buffer behind it", () => {
  const bytes = new TextEncoder().encode("abcdef");
  assertEquals(new StreamBody(bytes.subarray(2, 4)).text(), "cd");
});

Deno.test("json() parses, or throws SyntaxError", () => {
  const value = { state: "done", parts: [1, null, "ż"] };
  const message = messageOf(1, 0, 0, JSON.stringify(value));
  assertEquals(message.json(), value);
  assertEquals(message.body.json(), value);
  assertEquals(messageOf(1, 0, 0, "null").json(), null);
  assertThrows(() => messageOf(1, 0, 0, "").json(), SyntaxError);
  assertThrows(() => messageOf(1, 0, 0, "{").json(), SyntaxError);
});

Deno.test("Disposing a StreamBody does nothing", () => {
  const body = new StreamBody("abc");
  body[Symbol.dispose]();
  body[Symbol.dispose]();
  assertEquals(body.text(), "abc");
});

Deno.test("An RpcError is local and not fatal unless it says so, and has the fields it is given", () => {
  const bare = new RpcError("request-closed", "Request 7 is closed");
  assertEquals(bare.name, "RpcError");
  assertEquals(bare.message, "Request 7 is closed");
  assertEquals([bare.code, bare.fatal, bare.side], [
    "request-closed",
    false,
    "local",
  ]);
  assertEquals("cause" in bare, false);

  const cause = new Error("reset");
  const full = new RpcError("unknown-request-id", "", {
    fatal: true,
    side: "remote",
    cause,
    limit: 1,
    actual: 2,
    requestId: 3,
    serviceId: 4,
    messageType: 1,
  });
  assertStrictEquals(full.cause, cause);
  const { fatal, side, limit, actual, requestId, messageType } = full;
  assertEquals([fatal, side, limit, actual, requestId, messageType], [
    true,
    "remote",
    1,
    2,
    3,
    1,
  ]);
  assertEquals(full.serviceId, 4);
});
