import { assertEquals } from "@std/assert";
import { LineSplitter } from "../../supervise/line_splitter.ts";

const KIB = 1024;

const CASES: readonly [what: string, parts: string[], lines: string[]][] = [
  ["nothing", [], []],
  ["one line", ["a\n"], ["a"]],
  ["no end", ["a\nb"], ["a", "b"]],
  ["empty lines", ["\n\na\n"], ["", "", "a"]],
  ["all ends of lines", ["a\r\nb\rc\n"], ["a", "b", "c"]],
  ["an end in two parts", ["a\r", "\nb\r", "c\r", "", "\n"], ["a", "b", "c"]],
  ["a line in parts", ["a", "b", "c\nd", "e\n"], ["abc", "de"]],
  ["a long line", ["x".repeat(100 * KIB), "y\nz\n"], [
    "x".repeat(64 * KIB),
    `${"x".repeat(36 * KIB)}y`,
    "z",
  ]],
  ["a long line at once", [`${"x".repeat(100 * KIB)}\n`], [
    "x".repeat(64 * KIB),
    "x".repeat(36 * KIB),
  ]],
];

for (const [what, parts, lines] of CASES) {
  Deno.test(`lines of output: ${what}`, () => {
    const seen: string[] = [];
    const splitter = new LineSplitter((line) => seen.push(line));
    for (const part of parts) splitter.push(part);
    splitter.end();
    assertEquals(seen, lines);
  });
}

Deno.test("lines of output: of a line without an end little is kept", () => {
  let length = 0;
  const splitter = new LineSplitter((line) => length += line.length);
  const part = "x".repeat(10 * KIB);
  for (let i = 0; i < 100; i++) splitter.push(part);
  assertEquals(length, 15 * 64 * KIB);
  splitter.end();
  assertEquals(length, 1000 * KIB);
});
