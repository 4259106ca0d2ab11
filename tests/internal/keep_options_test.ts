import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { checkKeep, type KeepOptions } from "../../internal/check_options.ts";

Deno.test("Without keep all values wait", () => {
  assertEquals([checkKeep(undefined), checkKeep({})], [null, null]);
  assertEquals(checkKeep({ keep: undefined, onDrop: undefined }), null);
});

Deno.test("keep is a number of values, and the latest is one", () => {
  for (const [keep, limit] of [["latest", 1], [1, 1], [30, 30]] as const) {
    assertEquals(checkKeep({ keep })?.limit, limit);
  }
});

Deno.test("onDrop comes with keep", () => {
  const onDrop = (): void => {};
  assertStrictEquals(checkKeep({ keep: 2, onDrop })?.onDrop, onDrop);
  assertThrows(
    () => checkKeep({ onDrop }),
    TypeError,
    "onDrop needs keep: without it nothing is dropped",
  );
});

for (const keep of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
  Deno.test(`keep: ${keep} is refused`, () => {
    assertThrows(
      () => checkKeep({ keep }),
      RangeError,
      `keep must be "latest" or an integer of at least 1, got ${keep}`,
    );
  });
}

const WRONG: [object, string][] = [
  [{ keep: "newest" }, `keep must be "latest" or a number, got "newest"`],
  [{ keep: null }, `keep must be "latest" or a number, got null`],
  [{ keep: 10n }, `keep must be "latest" or a number, got 10`],
  [{ keep: 1, onDrop: null }, "onDrop must be a function, got null"],
  [{ keep: 1, onDrop: "log" }, `onDrop must be a function, got "log"`],
];

for (const [options, text] of WRONG) {
  Deno.test(`Options of a wrong type are refused: ${text}`, () => {
    assertThrows(() => checkKeep(options as KeepOptions), TypeError, text);
  });
}
