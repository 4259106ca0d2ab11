/** Floats of 16 bits, against those of the runtime. */
import { assertEquals } from "@std/assert";
import {
  fromFloat16Bits,
  toFloat16Bits,
} from "../../../interface/formats/float16.ts";

Deno.test("float16: all 65,536 are read and written as the runtime does", () => {
  const view = new DataView(new ArrayBuffer(2));
  for (let bits = 0; bits < 0x1_0000; bits++) {
    view.setUint16(0, bits);
    const value = view.getFloat16(0);
    if (!Object.is(fromFloat16Bits(bits), value)) {
      assertEquals([bits, fromFloat16Bits(bits)], [bits, value]);
    }
    const written = toFloat16Bits(value);
    if (written !== (Number.isNaN(value) ? 0x7e00 : bits)) {
      assertEquals([value, written], [value, bits]);
    }
  }
});

Deno.test("float16: what it can't hold exactly is refused", () => {
  for (
    const value of [
      0.1,
      65_536,
      65_505,
      2 ** -25,
      3 * 2 ** -25,
      1 + 2 ** -11,
      1e300,
    ]
  ) {
    assertEquals([value, toFloat16Bits(value)], [value, null]);
  }
});
