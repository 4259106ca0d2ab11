import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";

const CHECKOUT = new URL("../../", import.meta.url);
const HEADING = "## The same in gRPC and tRPC\n";

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, CHECKOUT));
}

/** How many lines of a program aren't blank, nor a comment. */
function linesIn(program: string): number {
  return program.split("\n").filter((line) => !/^\s*($|\/\/)/.test(line))
    .length;
}

/** The lines of each program below a heading of the same camera. */
function programsOf(text: string, name: string): number[] {
  const [, section] = text.slice(text.indexOf(HEADING))
    .split(new RegExp(`^### ${name}$`, "m"));
  const [own] = section!.split(/^##/m);
  return [...own!.matchAll(/```\w+.*\n([^]*?)```/g)]
    .map(([, program]) => linesIn(program!));
}

/** A row of the table, without its name. */
function rowOf(text: string, name: string): string[] {
  const [row] = text.slice(text.indexOf(HEADING))
    .match(new RegExp(`^\\| ${name} .*$`, "m"))!;
  return row.split("|").slice(2, -1).map((cell) => cell.trim());
}

testWith(
  "read",
  "the camera has as many lines in each library as the README and docs/interfaces.md say",
  () => {
    const text = read("docs/interfaces.md");
    const [ours, grpc, trpc] = ["@fizyr/rpc", "gRPC", "tRPC"]
      .map((name) => programsOf(text, name));
    // The declaration, the server and the client; in tRPC the server declares.
    const [router, server, client] = trpc!;
    const rows = [
      ["declaration", ours![0], grpc![0], "with the server"],
      ["server", ours![1], grpc![1], router! + server!],
      ["client", ours![2], grpc![2], client],
    ];
    for (const [name, ...lines] of rows) {
      assertEquals(rowOf(text, `${name}`), lines.map(String));
    }
    const sums = [ours, grpc, trpc].map((lines) =>
      lines!.reduce((sum, count) => sum + count)
    );
    assertEquals(rowOf(text, "all of it"), sums.map(String));
    const [, ...stated] =
      /takes (\d+) lines\s+here, (\d+) in tRPC and (\d+) in gRPC/
        .exec(read("README.md"))!;
    assertEquals(stated, [sums[0], sums[2], sums[1]].map(String));
  },
);
