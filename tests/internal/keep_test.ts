import { assertEquals, assertThrows } from "@std/assert";
import { type Keep, keepLimit } from "../../internal/keep.ts";

Deno.test("keep is a number of values, and the latest is one", () => {
  const values: Keep[] = ["latest", 1, 30];
  assertEquals(values.map(keepLimit), [1, 1, 30]);
});

for (const keep of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
  Deno.test(`keep: ${keep} is refused`, () => {
    assertThrows(
      () => keepLimit(keep),
      RangeError,
      `keep must be "latest" or an integer of at least 1, got ${keep}`,
    );
  });
}

const WRONG: [unknown, string][] = [
  ["newest", `"newest"`],
  [null, "null"],
  [10n, "10"],
  [true, "true"],
];

for (const [keep, text] of WRONG) {
  Deno.test(`keep of type ${typeof keep} is refused: ${text}`, () => {
    assertThrows(
      () => keepLimit(keep as Keep),
      TypeError,
      `keep must be "latest" or a number, got ${text}`,
    );
  });
}
