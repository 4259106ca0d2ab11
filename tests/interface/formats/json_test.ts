/** JSON: what it takes beside plain values. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { json } from "../../../interface/mod.ts";
import { returned } from "./support.ts";

class Pose {
  constructor(readonly x: number) {}
}

const HALF = "\ud83d";

Deno.test("JSON keeps halves of surrogate pairs", () => {
  assertEquals(returned(json, { [HALF]: HALF }), { [HALF]: HALF });
});

Deno.test("JSON takes a byte order mark before the document", () => {
  const data = new TextEncoder().encode('\ufeff"\ufeffa"');
  assertEquals(json.decode(data), "\ufeffa");
});

for (
  const [name, value] of Object.entries({
    "a Map": new Map([[1, 2]]),
    "a Set": new Set([1]),
    "a Blob": new Blob(["x"]),
    "Headers": new Headers({ a: "b" }),
    "a promise": Promise.resolve(1),
    "an Error": new Error("x"),
    "a RegExp": /x/,
    "bytes": new Uint8Array([1]),
    "a bigint": 5n,
  })
) {
  Deno.test(`JSON refuses ${name}, whose content would be lost`, () => {
    const error = assertThrows(() => json.encode({ a: [value] }), TypeError);
    assert(error.message.includes("can't be sent as JSON"), error.message);
    assert(error.message.endsWith("at a[0]"), error.message);
  });
}

Deno.test("JSON refuses a bigint that a toJSON gives, and cycles beside bigints", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle, 5n);
  for (const value of [{ a: { toJSON: () => 5n } }, cycle]) {
    assertThrows(() => json.encode(value), TypeError);
  }
});

Deno.test("JSON takes what JSON.stringify has a form for", () => {
  const value = {
    empty: {},
    list: [],
    key: { "0": 1 },
    number: new Number(3),
    moment: Temporal.Instant.from("2026-01-01T00:00:00Z"),
    date: new Date(0),
    pose: new Pose(1),
    none: undefined,
  };
  assertEquals(json.encode(value), JSON.stringify(value));
});
