import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { cutUtf8 } from "../../peer/message_factory.ts";
import { Prng } from "../fuzz/prng.ts";

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function cut(text: string, limit: number): string {
  return strict.decode(cutUtf8(encoder.encode(text), limit));
}

Deno.test("Text that fits is left as it is", () => {
  for (const text of ["", "abc", "ż🦀"]) {
    const bytes = encoder.encode(text);
    assertStrictEquals(cutUtf8(bytes, bytes.length), bytes);
    assertStrictEquals(cutUtf8(bytes, bytes.length + 1), bytes);
    assertStrictEquals(cutUtf8(bytes, Infinity), bytes);
  }
});

Deno.test("Text is cut in front of the character that doesn't fit", () => {
  // 1, 2, 3 and 4 bytes.
  const text = "aż€🦀";
  const starts = ["", "a", "a", "aż", "aż", "aż", "aż€", "aż€", "aż€", "aż€"];
  for (const [limit, start] of starts.entries()) {
    assertEquals(cut(text, limit), start, `limit ${limit}`);
  }
  assertEquals(cut(text, 10), text);
});

Deno.test("Nothing is left where not even the first character fits", () => {
  assertEquals(cut("🦀", 3), "");
  assertEquals(cut("🦀", 0), "");
});

Deno.test("Bytes that are no UTF-8 end somewhere too", () => {
  assertEquals(cutUtf8(new Uint8Array(9).fill(0x80), 5).length, 0);
  assertEquals(cutUtf8(new Uint8Array(9).fill(0xff), 5).length, 5);
});

Deno.test("Of random text the longest whole start is left (seed 5)", () => {
  const random = new Prng(5);
  for (let round = 0; round < 300; round++) {
    const chars = Array.from(
      { length: random.int(1, 20) },
      () => random.pick(["a", "ż", "€", "🦀", "\0", "\u07ff", "\uffff"]),
    );
    const bytes = encoder.encode(chars.join(""));
    const limit = random.int(0, bytes.length);
    let expected = "";
    for (const char of chars) {
      if (encoder.encode(expected + char).length > limit) break;
      expected += char;
    }
    const got = cutUtf8(bytes, limit);
    assert(got.length <= limit, `seed 5, round ${round}`);
    assertEquals(strict.decode(got), expected, `seed 5, round ${round}`);
  }
});
