/** What `deno task test` runs together: all test files, each once. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { TestGroups } from "../../tools/dev/test_groups.ts";
import { testWith } from "../support/permissions.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

function* testFiles(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* testFiles(`${folder}${name}/`);
    else if (name.endsWith("_test.ts")) yield `${folder}${name}`;
  }
}

/** The files that each module of a folder imports. */
function imported(folder: string): string[][] {
  return [...Deno.readDirSync(folder)].map(({ name }) => {
    const text = Deno.readTextFileSync(`${folder}/${name}`);
    return [...text.matchAll(/^import "file:\/\/(.+)";$/gm)]
      .map(([, path]) => path!);
  });
}

testWith("all", "a run has each test file once, in few modules", () => {
  using groups = new TestGroups(["--no-check"], 4);
  const modules = imported(groups.args.at(-1)!);
  assertEquals(
    modules.flat().sort(),
    [...testFiles(`${ROOT}tests/`)].sort(),
  );
  for (const files of modules) assert(files.length <= 40);
  assert(modules.length < modules.flat().length / 20, `${modules.length}`);
});

testWith(
  "all",
  "a run of a folder has its files, and a file runs alone",
  () => {
    const file = `${ROOT}tests/tools/test_report_test.ts`;
    const args = [file, `${ROOT}tests/docs`, "--no-check"];
    using groups = new TestGroups(args, 4);
    const [first, second, folder] = groups.args;
    assertEquals([first, second], [file, "--no-check"]);
    assertEquals(
      imported(folder!).flat(),
      [...testFiles(`${ROOT}tests/docs/`)].sort(),
    );
  },
);

/** What the report calls the modules of a run, in its order. */
function names(folders: string[], jobs: number): string[] {
  const args = folders.map((folder) => `${ROOT}tests/${folder}`);
  using groups = new TestGroups(args, jobs);
  const folder = groups.args.at(-1)!;
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort()
    .map((name) => groups.nameOf(`${folder}/${name}`));
}

testWith(
  "all",
  "small folders share a module, and a large one has several",
  () => {
    assertEquals(names(["docs", "clocks"], 4), ["docs, clocks"]);
    assertEquals(names(["tools", "types", "docs"], 1), ["tools, types, docs"]);
    assertEquals(
      names(["interface"], 3),
      [1, 2, 3].map((i) => `interface (${i} of 3)`),
    );
    const [first, second, ...others] = names([""], 4);
    assertEquals([first, second], ["examples", "in Chromium"]);
    assert(!others.some((name) => name.includes("examples")), `${others}`);
  },
);

testWith("all", "the modules are gone after a run", () => {
  let folder: string;
  {
    using groups = new TestGroups([`${ROOT}tests/docs`], 4);
    folder = groups.args.at(-1)!;
    assert(Deno.statSync(folder).isDirectory);
  }
  assertThrows(() => Deno.statSync(folder), Deno.errors.NotFound);
});
