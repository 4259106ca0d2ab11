/** CBOR: bigints, floats, and what has no length. */
import { assertEquals, assertThrows } from "@std/assert";
import { cbor, CborFloat } from "../../../interface/formats/cbor.ts";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import { returned, wire } from "./support.ts";

Deno.test("CBOR keeps bigints of any size", () => {
  for (
    const value of [
      0n,
      5n,
      -1n,
      -5n,
      2n ** 53n,
      2n ** 64n,
      -(2n ** 64n),
      -(2n ** 64n) - 1n,
      2n ** 200n,
      -(2n ** 200n),
    ]
  ) {
    assertEquals(returned(cbor, value), value);
  }
  assertEquals(wire(cbor, 5n), "c24105");
  assertEquals(wire(cbor, 2n ** 64n - 1n), "1bffffffffffffffff");
  assertEquals(wire(cbor, -(2n ** 64n)), "3bffffffffffffffff");
});

Deno.test("CBOR writes floats in the fewest bytes, and integers as floats where asked", () => {
  assertEquals(wire(cbor, 1.5), "f93e00");
  assertEquals(wire(cbor, NaN), "f97e00");
  assertEquals(wire(cbor, Math.fround(0.1)), "fa3dcccccd");
  assertEquals(wire(cbor, 0.1), "fb3fb999999999999a");
  assertEquals(wire(cbor, 21), "15");
  assertEquals(wire(cbor, new CborFloat(21)), "f94d40");
  assertEquals(returned(cbor, [new CborFloat(21)]), [21]);
});

Deno.test("CBOR without lengths is read", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ["9f0102ff", [1, 2]],
    ["bf616101616202ff", { a: 1, b: 2 }],
    ["7f61616162ff", "ab"],
    ["5f41014102ff", new Uint8Array([1, 2])],
    ["c25f41014100ff", 256n],
  ];
  for (const [hex, value] of cases) {
    assertEquals(cbor.decode(Uint8Array.fromHex(hex)), value);
  }
  for (
    const bad of [
      "9f01",
      "bf6161ff",
      "7f4101ff",
      "7f7f6161ffff",
      "5fff01",
      "1f",
      "3f",
      "df",
      "1c",
    ]
  ) {
    assertThrows(() => cbor.decode(Uint8Array.fromHex(bad)), TypeError);
  }
});

Deno.test("CBOR keeps undefined in lists", () => {
  assertEquals(returned(cbor, [undefined, 1]), [undefined, 1]);
  assertThrows(() => msgpack.encode([undefined, 1]), TypeError, "at [0]");
});
