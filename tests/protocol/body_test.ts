import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { Buffer } from "node:buffer";
import { type BodyInput, StreamBody } from "../../protocol/mod.ts";
import { toStreamBody } from "../../protocol/body.ts";

const BYTES = [1, 2, 254, 255];

/** A buffer with `BYTES` from its fourth byte on, and something else around. */
function surrounded<T extends ArrayBufferLike>(buffer: T): T {
  new Uint8Array(buffer).fill(9).set(BYTES, 4);
  return buffer;
}

function data(input: unknown): number[] {
  return [...toStreamBody(input as BodyInput).data];
}

Deno.test("A string is sent as UTF-8", () => {
  assertEquals(data("aż🦀"), [97, 197, 188, 240, 159, 166, 128]);
  assertEquals(data(""), []);
  assertEquals(data("\ud800"), [0xef, 0xbf, 0xbd]);
});

Deno.test("The text of a body is what fetch makes of it", async () => {
  const bodies = ["\ufeffa", "a\ufeff", "\ufeff\ufeff", "\ud800", "aż🦀"]
    .map((text) => new StreamBody(text));
  bodies.push(new StreamBody(new Uint8Array([0xff, 97, 0xe2, 0x82])));
  const texts = bodies.map((body) => body.text());
  assertEquals(texts, [
    "a",
    "a\ufeff",
    "\ufeff",
    "\ufffd",
    "aż🦀",
    "\ufffda\ufffd",
  ]);
  for (const [index, body] of bodies.entries()) {
    assertEquals(texts[index], await new Response(body.data).text());
  }
});

Deno.test("Bytes are taken without a copy, with their offset", () => {
  const bytes = new Uint8Array(surrounded(new ArrayBuffer(12)), 4, 4);
  assertStrictEquals(toStreamBody(bytes).data, bytes);
  assertEquals(data(bytes), BYTES);
});

Deno.test("An ArrayBuffer is taken whole, without a copy", () => {
  const { buffer } = Uint8Array.from(BYTES);
  assertStrictEquals(toStreamBody(buffer).data.buffer, buffer);
  assertEquals(data(buffer), BYTES);
});

Deno.test("Other views are taken as the bytes they show, without a copy", () => {
  const buffer = surrounded(new ArrayBuffer(12));
  for (
    const view of [
      new DataView(buffer, 4, 4),
      new Uint16Array(buffer, 4, 2),
      new Int32Array(buffer, 4, 1),
      new Float32Array(buffer, 4, 1),
      new Uint8ClampedArray(buffer, 4, 4),
      Buffer.from(buffer, 4, 4),
    ]
  ) {
    const body = toStreamBody(view);
    assertEquals([...body.data], BYTES, view.constructor.name);
    assertStrictEquals(body.data.buffer, buffer);
  }
});

Deno.test("Views of shared memory are copied, since other threads may change it", () => {
  const buffer = surrounded(new SharedArrayBuffer(12));
  const views: ArrayBufferView[] = [
    new Uint8Array(buffer, 4, 4),
    new DataView(buffer, 4, 4),
    new Uint16Array(buffer, 4, 2),
  ];
  for (const view of views) {
    const body = toStreamBody(view);
    assert(body.data.buffer instanceof ArrayBuffer, view.constructor.name);
    surrounded(buffer);
    assertEquals([...body.data], BYTES, view.constructor.name);
    new Uint8Array(buffer).fill(0);
    assertEquals([...body.data], BYTES, view.constructor.name);
    surrounded(buffer);
  }
});

Deno.test("A Buffer of shared memory is copied too, although its slice() doesn't", () => {
  const buffer = surrounded(new SharedArrayBuffer(12));
  const body = toStreamBody(
    Buffer.from(buffer as unknown as ArrayBuffer, 4, 4),
  );
  assert(body.data.buffer instanceof ArrayBuffer);
  new Uint8Array(buffer).fill(0);
  assertEquals([...body.data], BYTES);
});

Deno.test("An object with data is taken as its data", () => {
  const bytes = Uint8Array.from(BYTES);
  assertStrictEquals(toStreamBody({ data: bytes }).data, bytes);
  assertEquals(data({ data: "abc" }), [97, 98, 99]);
  assertEquals(data({ data: new DataView(bytes.buffer, 1, 2) }), [2, 254]);
});

Deno.test("A StreamBody is taken as it is", () => {
  const body = new StreamBody("abc");
  assertStrictEquals(toStreamBody(body), body);
});

Deno.test("Descriptors on a byte stream are a TypeError", () => {
  for (const fds of [[1], [{ fd: 1 }, { fd: 2 }], Int32Array.of(3)]) {
    assertThrows(
      () => toStreamBody({ data: "", fds } as unknown as BodyInput),
      TypeError,
      "descriptors",
    );
  }
});

Deno.test("An object without any descriptors in fds is a body", () => {
  assertEquals(data({ data: "a", fds: [] }), [97]);
  assertEquals(data({ data: "a", fds: undefined }), [97]);
});

for (
  const input of [
    undefined,
    null,
    0,
    1,
    1n,
    true,
    Symbol.iterator,
    () => "a",
    {},
    [],
    [1, 2],
    { data: 1 },
    { data: null },
    { data: undefined },
    { data: [1, 2] },
    { data: { data: "a" } },
    new Blob(["a"]),
    new SharedArrayBuffer(1),
  ]
) {
  const name = Deno.inspect(input, { breakLength: Infinity });
  Deno.test(`${name} is no body: a TypeError`, () => {
    assertThrows(
      () => toStreamBody(input as unknown as BodyInput),
      TypeError,
      "A body must be",
    );
  });
}
