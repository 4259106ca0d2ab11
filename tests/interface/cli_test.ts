/** The command: what it prints and how it ends. */
import { assert, assertEquals } from "@std/assert";
import { main } from "../../interface/cli.ts";
import { testWith } from "../support/permissions.ts";
import { Camera } from "./support/camera.ts";

const CAMERA = new URL("support/camera.ts", import.meta.url).pathname;
const SCHEMAS = new URL("support/schemas.ts", import.meta.url).href;
const EXPORTED = new URL("support/exported.ts", import.meta.url).href;
const RUST = new URL("rust/supermarket.rs", import.meta.url).pathname;

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

testWith("read", "the command refuses what it doesn't know", async () => {
  for (
    const args of [
      ["constructor", CAMERA],
      ["toString", CAMERA],
      ["markdown", CAMERA, "--hiden"],
      ["markdown", CAMERA, "--only=Camera"],
      ["markdown", CAMERA, "--only"],
      ["markdown", CAMERA, CAMERA],
    ]
  ) {
    const [code, text, complaints] = await run(...args);
    assertEquals([code, text], [2, ""], args.join(" "));
    assert(complaints.startsWith("Usage: "));
  }
});

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
      assertEquals(code, 1);
      assert(text.includes("id: -1"));
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

Deno.test("The command says how it is used", async () => {
  const [code, text, complaints] = await run();
  assertEquals([code, complaints], [0, ""]);
  assert(text.startsWith("Usage: "));
  for (
    const args of [["markdown"], ["paint", "x.ts"], [
      "json",
      "a.ts",
      "b.ts",
    ]]
  ) {
    const [code, , complaints] = await run(...args);
    assertEquals(code, 2);
    assert(complaints.startsWith("Usage: "));
  }
});

testWith("run", "the command runs with read permission alone", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-read",
      new URL("../../interface/cli.ts", import.meta.url).href,
      "markdown",
      CAMERA,
    ],
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0);
  assert(new TextDecoder().decode(stdout).startsWith("# Camera\n"));
});
