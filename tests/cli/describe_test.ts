/** `fizyr describe` of files: what it prints and how it ends. */
import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { Camera } from "../interface/support/camera.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { fizyr } from "./support.ts";

const support = (file: string): URL =>
  new URL(`../interface/support/${file}`, import.meta.url);
const CAMERA = support("camera.ts").pathname;
const SCHEMAS = support("schemas.ts").href;
const EXPORTED = support("exported.ts").href;
const RUST = new URL("../interface/rust/supermarket.rs", import.meta.url)
  .pathname;

/** Exit code, what it prints, what it complains of. */
async function describe(
  file: string,
  format: string,
  ...args: string[]
): Promise<[number, string, string]> {
  const { code, out, err } = await fizyr(
    ["describe", file, "--format", format, ...args],
  );
  return [code, out.join("\n"), err];
}

testWith("read", "the interfaces of a module are described", async () => {
  const [code, markdown, complaints] = await describe(CAMERA, "markdown");
  assertEquals([code, complaints], [0, ""]);
  assert(markdown.startsWith("# Camera\n"));
  assert(!markdown.includes("reset"));
  const [, all] = await describe(CAMERA, "markdown", "--hidden");
  assert(all.includes("reset"));
  assert((await describe(CAMERA, "html"))[1].startsWith("<!DOCTYPE html>"));
  const [, json] = await describe(CAMERA, "json", "--hidden");
  assertEquals(JSON.parse(json), Camera.definition);
  const [, rust] = await describe(CAMERA, "rust");
  assert(rust.includes("pub interface Camera {"));
});

testWith("read", "all interfaces are taken, or one by name", async () => {
  const titles = async (...args: string[]): Promise<string[]> =>
    (await describe(SCHEMAS, "markdown", ...args))[1].match(/^# .*$/gm) ?? [];
  assertEquals(await titles(), ["# Arktype", "# Valibot", "# Zod"]);
  assertEquals(await titles("Zod"), ["# Zod"]);
  assertEquals((await describe(SCHEMAS, "markdown", "None"))[0], 1);
  const [code, page] = await describe(SCHEMAS, "html");
  assertEquals(code, 0);
  assert(page.includes("<title>Arktype, Valibot, Zod</title>"));
  const [, one] = await describe(SCHEMAS, "html", "Zod");
  assert(one.includes("<title>Zod</title>"));
});

testWith(
  "read",
  "an interface with two exports is one, and a hidden one is left out",
  async () => {
    const titles = async (...args: string[]): Promise<string[]> =>
      (await describe(EXPORTED, "markdown", ...args))[1].match(/^# .*$/gm) ??
        [];
    assertEquals(await titles(), ["# Shown"]);
    assertEquals(await titles("Hidden"), ["# Hidden"]);
    assertEquals((await titles("--hidden")).sort(), ["# Hidden", "# Shown"]);
    assertEquals((await describe(EXPORTED, "html"))[0], 0);
  },
);

testWith(
  "unix",
  "what can't be read or run is a line, and no output",
  async () => {
    using folder = new TempDir();
    const file = async (name: string, text: string): Promise<string> => {
      await Deno.writeTextFile(`${folder.path}/${name}`, text);
      return `${folder.path}/${name}`;
    };
    const directory = `${folder.path}/directory.rs`;
    await Deno.mkdir(directory);
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
      ["typescript", directory, "It is a directory"],
    ];
    for (const [command, path, reason] of wrong) {
      const [code, text, complaints] = await describe(path, command);
      assertEquals([code, text], [1, ""]);
      if (reason !== "") {
        assert(complaints.startsWith(`${path}: ${reason}`), complaints);
      }
      assertEquals(complaints.split("\n").length, 1, complaints);
    }
  },
);

testWith("read", "TypeScript is written for Rust", async () => {
  const [code, text] = await describe(RUST, "typescript");
  assertEquals(code, 0);
  assert(text.includes("export const Supermarket = defineInterface({"));
});

testWith(
  "unix",
  "Rust that has problems, or can't be read, is complained of",
  async () => {
    const path = await Deno.makeTempFile({ suffix: ".rs" });
    try {
      await Deno.writeTextFile(
        path,
        "interface! { interface A {\nservice -1 a: () -> (),\n} }",
      );
      const [code, text, complaints] = await describe(path, "typescript");
      assertEquals([code, text], [1, ""]);
      assertEquals(
        complaints,
        `${path}:2:1: The id of a is -1, which is reserved for error responses`,
      );
      await Deno.writeTextFile(path, "interface! { interface A { oops");
      const [bad, , why] = await describe(path, "typescript");
      assertEquals(bad, 1);
      assert(why.startsWith(`${path}:1:28: Expected "stream", got oops`), why);
      await Deno.writeTextFile(path, "fn main() {}");
      assertEquals(
        (await describe(path, "typescript"))[2],
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
  const cli = new URL("../../cli/mod.ts", import.meta.url).href;
  const { code, stdout, stderr } = await runDeno([
    ...["run", "--quiet", "--no-prompt", "--no-check", ...flags, cli, ...args],
  ], { env: { NO_COLOR: "1" } });
  return [code, stdout, stderr];
}

testWith("run", "files take read permission alone", async () => {
  const args = ["describe", CAMERA, "--format", "markdown"];
  const [code, text, err] = await spawn(["--allow-read"], ...args);
  assertEquals([code, err], [0, ""]);
  assert(text.startsWith("# Camera\n"));
});

testWith(
  "run",
  "a permission that is missing is named, in a line",
  async () => {
    for (
      const args of [[CAMERA], [RUST, "--format", "typescript"]]
    ) {
      const [code, text, complaints] = await spawn([], "describe", ...args);
      assertEquals([code, text], [1, ""]);
      assert(complaints.includes("--allow-read"), complaints);
      assertEquals(complaints.trimEnd().split("\n").length, 1, complaints);
    }
    const [code, text, err] = await spawn([], "--help");
    assertEquals([code, err], [0, ""]);
    assert(text.startsWith("Usage: "));
  },
);
