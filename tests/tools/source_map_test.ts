/** Which part of a bundle comes from which source. */
import { assertEquals, assertThrows } from "@std/assert";
import { piecesOf } from "../../tools/npm/source_map.ts";

function withMap(code: string, sources: string[], mappings: string): string {
  const map = btoa(JSON.stringify({ version: 3, sources, mappings }));
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${map}\n`;
}

Deno.test("a bundle is cut where its source changes", () => {
  // Column 0 is of the first source, column 1 of the second, column 3 of the first.
  const bundle = withMap("abbc\ndd", ["a.ts", "b.ts"], "AAAA,CCAA,EDAA;A");
  assertEquals(piecesOf(bundle), [
    { source: "a.ts", code: "a" },
    { source: "b.ts", code: "bb" },
    { source: "a.ts", code: "c" },
    { source: "a.ts", code: "dd" },
  ]);
});

Deno.test("all of a bundle is in its pieces, in its order", () => {
  // 32 columns take two digits.
  const code = `${"x".repeat(32)}y`;
  const pieces = piecesOf(withMap(code, ["a.ts", "b.ts"], "AAAA,gCCAA"));
  assertEquals(pieces.map((piece) => piece.code), ["x".repeat(32), "y"]);
});

Deno.test("a bundle without a source map is refused", () => {
  assertThrows(() => piecesOf("code"), TypeError, "no source map");
});
