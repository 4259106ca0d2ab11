/** Short bodies share memory: each has its own bytes, keeps them, and pins little. */
import { assert, assertEquals } from "@std/assert";
import { sentBodies, ShortBodies } from "../../protocol/short_bodies.ts";
import { OwnMemory } from "../../peer/flow/own_memory.ts";
import { StreamBody } from "../../mod.ts";
import { Prng } from "../fuzz/prng.ts";

/** Around what is copied by a loop, and what shares memory. */
const LENGTHS = [0, 1, 7, 8, 9, 63, 64, 65, 85, 86, 255, 256, 257, 768, 5000];
/** Each is one unit of UTF-16; the last two are halves of a pair. */
const UNITS = ["a", "\x7f", "\x80", "ü", "€", "\ufeff", "\ud83d", "\ude00"];
/** What one of them may keep in memory if it shares it. */
const MOST_PINNED = 4096;

const encoder = new TextEncoder();
const bodies = new ShortBodies();

Deno.test("A text becomes the UTF-8 that TextEncoder makes of it", () => {
  const random = new Prng(1);
  for (let round = 0; round < 200; round++) {
    for (const length of LENGTHS) {
      const units = random.oneIn(2) ? UNITS.slice(0, 2) : UNITS;
      const text = Array.from({ length }, () => random.pick(units)).join("");
      assertEquals(bodies.encode(text), encoder.encode(text));
    }
  }
});

Deno.test("Short bodies stay as they are while others are made", () => {
  const random = new Prng(2);
  const made: [body: Uint8Array, original: Uint8Array][] = [];
  for (let i = 0; i < 5000; i++) {
    const original = random.bytes(random.pick(LENGTHS.slice(0, -1)));
    made.push([bodies.copy(original), original]);
    const text = "x€".repeat(random.int(0, 60));
    made.push([bodies.encode(text), encoder.encode(text)]);
  }
  for (const [body, original] of made) assertEquals(body, original);
});

Deno.test("A short body keeps 4 KiB in memory at most, a longer one its own bytes", () => {
  for (const length of LENGTHS) {
    const copy = bodies.copy(new Uint8Array(length));
    const text = bodies.encode("x".repeat(length));
    for (const { buffer } of [copy, text]) {
      assert(
        buffer.byteLength <= Math.max(length, MOST_PINNED),
        `${length} bytes keep ${buffer.byteLength}`,
      );
    }
  }
});

Deno.test("Short bodies go on in new memory when what they share was transferred", () => {
  for (const length of [5, 0, 40, 256, 0]) {
    const copy = bodies.copy(new Uint8Array(length).fill(7));
    assertEquals(copy, new Uint8Array(length).fill(7));
    copy.buffer.transfer();
    const text = bodies.encode("y".repeat(length));
    assertEquals(text, encoder.encode("y".repeat(length)));
    text.buffer.transfer();
  }
});

Deno.test("What one connection keeps is not beside what another one keeps, nor beside a text", () => {
  const text = sentBodies.encode("to be sent");
  const body = new StreamBody(new Uint8Array(64).fill(7).subarray(0, 8));
  const other = new StreamBody(new Uint8Array(64).fill(8).subarray(0, 8));
  new OwnMemory().take([body]);
  new OwnMemory().take([other]);
  body.data.buffer.transfer();
  assertEquals(other.data, new Uint8Array(8).fill(8));
  assertEquals(text, encoder.encode("to be sent"));
});
