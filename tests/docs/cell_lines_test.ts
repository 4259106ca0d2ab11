import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";

const CHECKOUT = new URL("../../", import.meta.url);
const OURS = "examples/cell/", GRPC = "bench/grpc_cell/";

/** The rows of the table in docs/interfaces.md, with the files of each side. */
const ROWS: [name: string, ours: string[], grpc: string[]][] = [
  ["declaration", [`${OURS}interfaces.ts`], [`${GRPC}cell.proto`]],
  ["shared by the programs", [], [`${GRPC}cell.js`]],
  ["camera", [`${OURS}camera.ts`], [`${GRPC}camera.js`]],
  ["robot", [`${OURS}robot.ts`], [`${GRPC}robot.js`]],
  ["orchestrator", [`${OURS}orchestrator.ts`], [`${GRPC}orchestrator.js`]],
];

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, CHECKOUT));
}

/** How many lines aren't blank, nor only a comment. */
function linesIn(paths: string[]): number {
  const lines = paths.flatMap((path) => read(path).split("\n"));
  return lines.filter((line) => !/^\s*($|\/\/|\/\*|\*)/.test(line)).length;
}

testWith(
  "read",
  "the cell is shorter than the same in gRPC, as docs/interfaces.md says",
  () => {
    const ours = linesIn(ROWS.flatMap((row) => row[1]));
    const grpc = linesIn(ROWS.flatMap((row) => row[2]));
    assert(ours < grpc, `${ours} lines, in gRPC ${grpc}`);

    const table = read("docs/interfaces.md")
      .match(/^\| cell .*\n\|[ -:|]+\n((?:\|.*\n)+)/m);
    assert(table !== null, "docs/interfaces.md has no table of the cell");
    const stated = table[1]!.trim().split("\n").map((row) => {
      const [, name, ours, grpc] = row.split("|").map((cell) => cell.trim());
      return `${name}: ${ours}, ${grpc}`;
    });
    assertEquals(stated, [
      ...ROWS.map(([name, ours, grpc]) =>
        `${name}: ${linesIn(ours)}, ${linesIn(grpc)}`
      ),
      `all of it: ${ours}, ${grpc}`,
    ]);
  },
);
