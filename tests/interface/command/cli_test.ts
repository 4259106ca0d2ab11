/** The command: what it prints and how it ends. */
import { assert, assertEquals } from "@std/assert";
import { main } from "../../../interface/cli.ts";
import { testWith } from "../../support/permissions.ts";
import { Camera } from "../support/camera.ts";
import { TempDir } from "../../support/files/temp_dir.ts";
import { runDeno } from "../../support/processes/run_deno.ts";

const CAMERA = new URL("../support/camera.ts", import.meta.url).pathname;
const SCHEMAS = new URL("../support/schemas.ts", import.meta.url).href;
const EXPORTED = new URL("../support/exported.ts", import.meta.url).href;
const RUST = new URL("../rust/supermarket.rs", import.meta.url).pathname;

/** Runs it in this process: exit code, what it prints, what it complains of. */
async function run(...args: string[]): Promise<[number, string, string]> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return [code, out.join(""), err.join("\n")];
}

testWith(
  "read",
  "the command describes the interfaces of a module",
  async () => {
    const [code, markdown, complaints] = await run("markdown", CAMERA);
    assertEquals([code, complaints], [0, ""]);
    assert(markdown.startsWith("# Camera\n"));
    assert(!markdown.includes("reset"));
    assert((await run("markdown", CAMERA, "--hidden"))[1].includes("reset"));
    assert((await run("html", CAMERA))[1].startsWith("<!DOCTYPE html>"));
    assertEquals(JSON.parse((await run("json", CAMERA))[1]), Camera.definition);
    assert((await run("rust", CAMERA))[1].includes("pub interface Camera {"));
  },
);

testWith(
  "read",
  "the command takes all interfaces, or one by name",
  async () => {
    const titles = async (...args: string[]): Promise<string[]> =>
      (await run("markdown", SCHEMAS, ...args))[1].match(/^# .*$/gm) ?? [];
    assertEquals(await titles(), ["# Arktype", "# Valibot", "# Zod"]);
    assertEquals(await titles("--only", "Zod"), ["# Zod"]);
    assertEquals((await run("markdown", SCHEMAS, "--only", "None"))[0], 1);
    assertEquals((await run("html", SCHEMAS))[0], 2);
    assertEquals((await run("html", SCHEMAS, "--only", "Zod"))[0], 0);
  },
);

testWith(
  "read",
  "an interface with two exports is one, and a hidden one is left out",
  async () => {
    const titles = async (...args: string[]): Promise<string[]> =>
      (await run("markdown", EXPORTED, ...args))[1].match(/^# .*$/gm) ?? [];
    assertEquals(await titles(), ["# Shown"]);
    assertEquals(await titles("--only", "Hidden"), ["# Hidden"]);
    assertEquals((await titles("--hidden")).sort(), ["# Hidden", "# Shown"]);
    assertEquals((await run("html", EXPORTED))[0], 0);
  },
);

testWith(
  "read",
  "the command refuses what it doesn't know, in a line",
  async () => {
    const wrong: readonly (readonly [string, ...string[]])[] = [
      ['Unknown command "constructor"', "constructor", CAMERA],
      ['Unknown command "paint"', "paint", "x.ts"],
      ["A command is missing", "--hidden"],
      ["markdown needs a file", "markdown"],
      ["json takes one file, got 2", "json", "a.ts", "b.ts"],
      ["Unknown option '--hiden'", "markdown", CAMERA, "--hiden"],
      ["Option '--only <value>'", "markdown", CAMERA, "--only"],
      ["Option '--hidden'", "markdown", CAMERA, "--hidden=1"],
    ];
    for (const [start, ...args] of wrong) {
      const [code, text, complaints] = await run(...args);
      assertEquals([code, text], [2, ""], args.join(" "));
      assert(complaints.startsWith(start), complaints);
      assert(complaints.includes("--help"), complaints);
      assertEquals(complaints.split("\n").length, 1);
    }
  },
);

Deno.test("The command explains itself and its options, where it is asked to", async () => {
  for (const args of [["--help"], ["-h"], [], ["markdown", "--help"]]) {
    const [code, text, complaints] = await run(...args);
    assertEquals([code, complaints], [0, ""]);
    assert(text.startsWith("Usage: "));
    for (
      const word of [
        "markdown",
        "html",
        "json",
        "rust",
        "typescript",
        "--only NAME",
        "--hidden",
        "--help",
      ]
    ) assert(text.includes(`\n  ${word}`) || word === "--help", word);
  }
});

testWith(
  "unix",
  "what can't be read or run is a line, and no output",
  async () => {
    using folder = new TempDir();
    const file = async (name: string, text: string): Promise<string> => {
      await Deno.writeTextFile(`${folder.path}/${name}`, text);
      return `${folder.path}/${name}`;
    };
    const wrong: readonly (readonly [string, string, string])[] = [
      ["markdown", `${folder.path}/none.ts`, "There is no such file"],
      ["typescript", `${folder.path}/none.rs`, "There is no such file"],
      [
        "json",
        await file("throws.ts", 'throw new Error("one\\ntwo")'),
        "one",
      ],
      [
        "json",
        await file(
          "getter.ts",
          'export const a = { get definition() { throw new Error("got") } };',
        ),
        "got",
      ],
      ["json", await file("wrong.ts", "const = 1;"), "SyntaxError: "],
      [
        "json",
        await file("imports.ts", 'import "./gone.ts";'),
        "Module not found ",
      ],
      ["typescript", folder.path, "Is a directory"],
    ];
    for (const [command, path, reason] of wrong) {
      const [code, text, complaints] = await run(command, path);
      assertEquals([code, text], [1, ""]);
      if (reason !== "") {
        assert(complaints.startsWith(`${path}: ${reason}`), complaints);
      }
      assertEquals(complaints.split("\n").length, 1, complaints);
    }
  },
);

testWith("read", "the command writes TypeScript for Rust", async () => {
  const [code, text] = await run("typescript", RUST);
  assertEquals(code, 0);
  assert(text.includes("export const Supermarket = defineInterface({"));
});

testWith(
  "unix",
  "the command complains of Rust that has problems or can't be read",
  async () => {
    const path = await Deno.makeTempFile({ suffix: ".rs" });
    try {
      await Deno.writeTextFile(
        path,
        "interface! { interface A {\nservice -1 a: () -> (),\n} }",
      );
      const [code, text, complaints] = await run("typescript", path);
      assertEquals([code, text], [1, ""]);
      assertEquals(
        complaints,
        `${path}:2:1: The id of a is -1, which is reserved for error responses`,
      );
      await Deno.writeTextFile(path, "interface! { interface A { oops");
      const [bad, , why] = await run("typescript", path);
      assertEquals(bad, 1);
      assert(why.startsWith(`${path}:1:28: Expected "stream", got oops`), why);
      await Deno.writeTextFile(path, "fn main() {}");
      assertEquals(
        (await run("typescript", path))[2],
        `No interface in ${path}`,
      );
    } finally {
      await Deno.remove(path);
    }
  },
);

/** Runs it in a process of its own: exit code, stdout, stderr. */
async function spawn(
  flags: readonly string[],
  ...args: string[]
): Promise<[number, string, string]> {
  const cli = new URL("../../../interface/cli.ts", import.meta.url).href;
  const { code, stdout, stderr } = await runDeno(
    ["run", "--quiet", "--no-prompt", ...flags, cli, ...args],
    { env: { NO_COLOR: "1" } },
  );
  return [code, stdout, stderr];
}

testWith("run", "the command runs with read permission alone", async () => {
  const [code, text] = await spawn(["--allow-read"], "markdown", CAMERA);
  assertEquals(code, 0);
  assert(text.startsWith("# Camera\n"));
});

testWith(
  "run",
  "without the permission the command says which, in a line",
  async () => {
    for (const args of [["markdown", CAMERA], ["typescript", RUST]]) {
      const [code, text, complaints] = await spawn([], ...args);
      assertEquals([code, text], [1, ""]);
      assert(complaints.includes("--allow-read"), complaints);
      assertEquals(complaints.trimEnd().split("\n").length, 1, complaints);
    }
    const [code, text] = await spawn([], "--help");
    assertEquals(code, 0);
    assert(text.startsWith("Usage: "));
  },
);
