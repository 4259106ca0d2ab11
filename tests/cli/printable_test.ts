/** What a server says can't move the cursor, or be taken for another line. */
import { assert, assertEquals } from "@std/assert";
import { renderMarkdown } from "../../interface/describe/mod.ts";
import { jsonLine } from "../../cli/json_line.ts";
import { printable, printableLines } from "../../cli/output/printable.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { Camera } from "../interface/support/camera.ts";
import { testWith } from "../support/permissions.ts";
import { HOSTILE, HostileServer } from "./hostile_server.ts";
import { fizyr } from "./support.ts";

/** What no line may have. */
const OBEYED =
  // deno-lint-ignore no-control-regex -- they are what it is about
  /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

function assertHarmless(line: string): void {
  assert(!OBEYED.test(line), JSON.stringify(line));
}

/** A terminal on which q is pressed as soon as a page is shown. */
function terminalOf(shown: string[]): Terminal {
  const page = Promise.withResolvers<void>();
  return {
    ...{ columns: 200, rows: 40, colors: false },
    write(text) {
      shown.push(text);
      if (text.includes("connected")) page.resolve();
    },
    async *keys() {
      await page.promise;
      yield "q";
    },
  };
}

Deno.test("what a terminal obeys is escaped, and all else stays", () => {
  assertEquals(
    printable(HOSTILE),
    "\\u001b]0;title\\u0007\\u001b[2J\\u009b2J\\u007f\\u061c\\u200e\\u200f\\u202e\\u2066\\u2028\\u000afake",
  );
  for (const text of ["", "Größe 3 µm", "שלום", "a\u200db", "😀 \\u001b"]) {
    assertEquals(printable(text), text);
  }
  for (const c of "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
    assertHarmless(printable(c));
  }
  assertEquals(printableLines("a\r\n\tb\x1b\r\n"), "a\n\tb\\u001b\n");
});

Deno.test("a line of JSON has nothing that a terminal obeys", () => {
  const value = { [HOSTILE]: [HOSTILE] };
  const line = jsonLine(value);
  assertHarmless(line);
  assertEquals(JSON.parse(line), value);
});

testWith("all", "names of a server are listed without harm", async () => {
  await using server = new HostileServer(Camera.definition);
  const { address, definition } = server;
  const { code, out, err } = await fizyr(["list", address]);
  assertEquals(code, 0);
  assertHarmless(err);
  assert(err.includes(printable(`cell${HOSTILE} ${HOSTILE}`)), err);
  for (const line of out) assertHarmless(line);
  const [first] = definition.services;
  assertEquals(
    JSON.parse(out[0]!).name,
    `${definition.name}.${first!.name}`,
  );
  const unknown = await fizyr(["call", address, "nothing"]);
  assertEquals(unknown.code, 2);
  for (const line of unknown.err.split("\n")) assertHarmless(line);
  assert(unknown.err.includes("There is no service nothing"), unknown.err);
});

testWith("all", "the text of an error is one line", async () => {
  await using server = new HostileServer(Camera.definition);
  const { code, err } = await fizyr(["call", server.address, "--raw", "1"]);
  assertEquals([code, err], [1, `broken: ${printable(HOSTILE)}`]);
});

testWith("all", "documentation is described without harm", async () => {
  await using server = new HostileServer(Camera.definition);
  const { address, definition } = server;
  const describe = async (format: string, terminal: Terminal | null) => {
    const args = ["describe", address, "--format", format];
    const { code, out, err } = await fizyr(args, { terminal });
    assertEquals(code, 0, err);
    return out.join("\n");
  };
  const json = await describe("json", null);
  assertHarmless(json);
  assertEquals(JSON.parse(json).name, definition.name);
  const text = await describe("text", null);
  for (const line of text.split("\n")) assertHarmless(line);
  assert(text.includes("\n      Records frames. A\\u001b]0;"), text);
  for (const format of ["markdown", "html", "rust"]) {
    const shown = await describe(format, terminalOf([]));
    for (const line of shown.split(/[\n\t]/)) assertHarmless(line);
  }
  // A file gets what was said.
  assertEquals(
    await describe("markdown", null),
    renderMarkdown({ ...definition, extensions: true }).trimEnd(),
  );
});

testWith("all", "top shows names without harm", async () => {
  await using server = new HostileServer(Camera.definition);
  const shown: string[] = [];
  const { code } = await fizyr(["top", server.address], {
    terminal: terminalOf(shown),
  });
  assertEquals(code, 0);
  const page = shown.find((text) => text.includes("connected"))!;
  // deno-lint-ignore no-control-regex -- they are what it is about
  const rest = page.replace(/\x1b\[[HKJ]|\r\n/g, "");
  assertHarmless(rest);
  assert(rest.includes("\\u001b]0;title"), rest);
});
