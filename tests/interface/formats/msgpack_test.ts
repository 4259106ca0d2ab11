/** MessagePack: its integers. */
import { assertEquals, assertThrows } from "@std/assert";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import { wire } from "./support.ts";

Deno.test("MessagePack has integers of 64 bits", () => {
  assertEquals(wire(msgpack, 1764184999168), "cf0000019ac19ec500");
  assertEquals(wire(msgpack, -1764184999168), "d3fffffe653e613b00");
  assertEquals(wire(msgpack, 2n ** 64n - 1n), "cfffffffffffffffff");
  assertEquals(wire(msgpack, -(2n ** 63n)), "d38000000000000000");
  assertEquals(wire(msgpack, 5n), "05");
  for (const value of [2n ** 64n, -(2n ** 63n) - 1n]) {
    assertThrows(() => msgpack.encode(value), TypeError, "64 bits");
  }
});

Deno.test("An integer in MessagePack is a number where that is exact, however it was written", () => {
  for (
    const hex of [
      "05",
      "cc05",
      "cd0005",
      "ce00000005",
      "cf0000000000000005",
      "d005",
      "d10005",
      "d200000005",
      "d30000000000000005",
    ]
  ) {
    assertEquals(msgpack.decode(Uint8Array.fromHex(hex)), 5);
  }
  assertEquals(
    msgpack.decode(Uint8Array.fromHex("cf001fffffffffffff")),
    2 ** 53 - 1,
  );
  assertEquals(
    msgpack.decode(Uint8Array.fromHex("cf0020000000000000")),
    2n ** 53n,
  );
  assertEquals(
    msgpack.decode(Uint8Array.fromHex("d3ffdfffffffffffff")),
    -(2n ** 53n) - 1n,
  );
});
