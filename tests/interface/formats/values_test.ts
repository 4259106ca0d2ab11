/** Values arrive as they were sent, or are refused where they are sent. */
import { runInNewContext } from "node:vm";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { cbor } from "../../../interface/formats/cbor.ts";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import { json } from "../../../interface/mod.ts";
import { bytesOf, returned } from "./support.ts";

/** As `assertEquals`, which takes a second for 65,536 items. */
function assertSameJson(actual: unknown, expected: unknown): void {
  assert(JSON.stringify(actual) === JSON.stringify(expected));
}

class Pose {
  constructor(readonly x: number) {}
}

const PAIR = "\u{1f600}";
const HALF = PAIR.slice(0, 1);

/** What arrives as it was sent, in each format. */
const KEPT: Readonly<Record<string, unknown>> = {
  "a text that begins with U+FEFF": "\ufeffa",
  "a long text that begins with U+FEFF": "\ufeff" + "a".repeat(100),
  "a key that begins with U+FEFF": { k: 1, "\ufeffk": 2 },
  "U+FFFD": "\ufffd",
  "a character of two halves": PAIR,
  "the text __proto__": ["__proto__", { text: "a.__proto__.b" }],
  "the key __proto__": JSON.parse('{"__proto__":{"admin":true},"a":1}'),
  "the keys of Object.prototype": { constructor: 1, toString: 2 },
  "an empty text, list and object": ["", [], {}],
};

/** What has no form in MessagePack and CBOR, and a part of the reason. */
const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ["a moment", Temporal.Instant.from("2026-01-01T00:00:00Z"), "of Instant"],
  ["a Date", new Date(0), "of Date"],
  ["a Blob", new Blob(["x"]), "of Blob"],
  ["Headers", new Headers({ a: "b" }), "of Headers"],
  ["a Number", new Number(3), "of Number"],
  ["a String", new String("x"), "of String"],
  ["a RegExp", /x/, "of RegExp"],
  ["an Error", new Error("x"), "of Error"],
  ["a Set", new Set([1]), "give a list"],
  ["a promise", Promise.resolve(1), "await it"],
  ["an object of a class", new Pose(1), "of Pose"],
  ["an ArrayBuffer", new ArrayBuffer(1), "give a Uint8Array"],
  ["floats", new Float32Array(1), "give a Uint8Array"],
  ["a function", () => 1, "A function"],
  ["a symbol", Symbol("x"), "A symbol"],
  ["half of a pair", HALF, "half of a surrogate pair"],
  ["half of a pair as a key", { [HALF]: 1 }, "half of a surrogate pair"],
  [
    "a map with keys that are one",
    new Map<unknown, 1>([[5, 1], ["5", 1]]),
    "twice",
  ],
  ["a map with a key of a fraction", new Map([[0.5, 1]]), "The key of a map"],
  ["a map with an object as a key", new Map([[{}, 1]]), "The key of a map"],
];

for (const format of [json, msgpack, cbor]) {
  for (const [name, value] of Object.entries(KEPT)) {
    Deno.test(`${format.name} keeps ${name}`, () => {
      const got = returned(format, value);
      assertEquals(got, value);
      assertEquals(JSON.stringify(got), JSON.stringify(value));
    });
  }

  Deno.test(`${format.name}: what is no UTF-8 is refused, in texts of any length`, () => {
    for (const length of [1, 10, 1000]) {
      const data = bytesOf(format, "a".repeat(length));
      // The last byte of the text; in JSON the quote is behind it.
      data[data.length - (format === json ? 2 : 1)] = 0xff;
      assertThrows(() => format.decode(data), TypeError);
    }
  });

  Deno.test(`${format.name}: a value that holds itself is refused`, () => {
    const list: unknown[] = [];
    list.push(list);
    assertThrows(() => format.encode(list), TypeError);
  });
}

for (const format of [msgpack, cbor]) {
  for (const [name, value, reason] of REFUSED) {
    Deno.test(`${format.name} refuses ${name}, and says where it is`, () => {
      const whole = { list: [0, { item: value }] };
      const error = assertThrows(() => format.encode(whole), TypeError);
      assert(error.message.includes(reason), error.message);
      assert(error.message.includes("list[1].item"), error.message);
    });
  }

  Deno.test(`${format.name}: properties that are undefined are left out`, () => {
    assertEquals(returned(format, { a: undefined, b: 1 }), { b: 1 });
  });

  Deno.test(`${format.name}: objects without a prototype and of accessors are sent`, () => {
    const value = Object.assign(Object.create(null), { a: 1 });
    assertEquals(returned(format, value), { a: 1 });
    assertEquals(
      returned(format, {
        get a() {
          return 1;
        },
      }),
      { a: 1 },
    );
  });

  Deno.test(`${format.name}: the keys of maps become the names of properties`, () => {
    const map = new Map<unknown, unknown>([[5, "a"], [-1, "b"], ["c", "d"]]);
    map.set(true, "e").set(2n ** 60n, "f");
    assertEquals(returned(format, map), {
      "5": "a",
      "-1": "b",
      c: "d",
      true: "e",
      "1152921504606846976": "f",
    });
  });

  Deno.test(`${format.name}: integers come back as they were up to 2^53 - 1, and bigints beyond`, () => {
    for (let bits = 0; bits <= 64; bits++) {
      for (const near of [-1n, 0n, 1n]) {
        for (const sign of [1n, -1n]) {
          const value = sign * ((1n << BigInt(bits)) + near);
          if (value >= 1n << 64n || value < -(1n << 63n)) continue;
          const number = Number(value);
          const sent = Number.isSafeInteger(number) ? number : value;
          assertEquals(returned(format, sent), sent);
        }
      }
    }
  });

  Deno.test(`${format.name}: numbers that are no integers come back as they were`, () => {
    for (
      const value of [
        0.1,
        -0.5,
        1.5,
        1e-7,
        1e18,
        2 ** 60,
        -(2 ** 53),
        1e300,
        65504.5,
        Math.fround(0.1),
        5e-324,
        NaN,
        Infinity,
        -Infinity,
      ]
    ) assertEquals(returned(format, value), value);
    assertEquals(Object.is(returned(format, -0), 0), true);
  });

  Deno.test(`${format.name}: texts and lists of all lengths come back`, () => {
    for (
      const length of [
        0,
        15,
        16,
        23,
        24,
        31,
        32,
        40,
        41,
        255,
        256,
        65535,
        65536,
      ]
    ) {
      for (const character of ["a", "ä", "€", PAIR]) {
        const text = character.repeat(length);
        assertEquals(returned(format, [text, { [text]: 1 }]), [text, {
          [text]: 1,
        }]);
      }
      const list = Array.from({ length }, (_, index) => index);
      assertSameJson(returned(format, list), list);
      const object = Object.fromEntries(list.map((item) => [`k${item}`, item]));
      assertSameJson(returned(format, object), object);
      const bytes = new Uint8Array(length).fill(7);
      assertEquals(returned(format, [bytes, 1]), [bytes, 1]);
    }
  });

  Deno.test(`${format.name}: what is sent stays what it is`, () => {
    const first = format.encode("first") as Uint8Array;
    const copy = first.slice();
    format.encode("x".repeat(1000));
    assertEquals(first, copy);
    assertThrows(() => format.encode(["x".repeat(10), Symbol()]));
    assertEquals(returned(format, "after an error"), "after an error");
  });

  Deno.test(`${format.name}: objects of another realm are sent`, () => {
    const value = runInNewContext("({ a: { b: 1 } })");
    assert(!(value instanceof Object));
    assertEquals(returned(format, value), { a: { b: 1 } });
  });

  Deno.test(`${format.name}: a getter may encode another value`, () => {
    const inner: unknown[] = [];
    const value = {
      a: "x".repeat(50),
      get b() {
        inner.push(returned(format, { c: "y".repeat(50) }));
        return 1;
      },
    };
    assertEquals(returned(format, value), { a: "x".repeat(50), b: 1 });
    assertEquals(inner[0], { c: "y".repeat(50) });
  });

  Deno.test(`${format.name}: a getter that changes its mind is no broken body`, () => {
    let asked = 0;
    const value = {
      get a() {
        return asked++ === 0 ? 1 : undefined;
      },
    };
    assertThrows(() => format.encode(value), TypeError, "getter");
  });

  Deno.test(`${format.name}: the place of a value that is deep inside is cut short`, () => {
    let value: unknown = Symbol();
    for (let depth = 0; depth < 20; depth++) value = { a: value };
    const error = assertThrows(() => format.encode(value), TypeError);
    assert(error.message.endsWith("at a.a.a.a.a.a.a.a..."), error.message);
  });
}
