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

testWith("all", "a run has each test file once, and few in a module", () => {
  using groups = new TestGroups(["--no-check"]);
  const modules = imported(groups.args.at(-1)!);
  assertEquals(
    modules.flat().sort(),
    [...testFiles(`${ROOT}tests/`)].sort(),
  );
  for (const files of modules) assert(files.length <= 16);
  assert(modules.length < modules.flat().length / 2, `${modules.length}`);
});

testWith(
  "all",
  "a run of a folder has its files, and a file runs alone",
  () => {
    const file = `${ROOT}tests/tools/test_report_test.ts`;
    using groups = new TestGroups([file, `${ROOT}tests/docs`, "--no-check"]);
    const [first, second, folder] = groups.args;
    assertEquals([first, second], [file, "--no-check"]);
    assertEquals(
      imported(folder!).flat(),
      [...testFiles(`${ROOT}tests/docs/`)].sort(),
    );
  },
);

testWith("all", "the modules are gone after a run", () => {
  let folder: string;
  {
    using groups = new TestGroups([`${ROOT}tests/docs`]);
    folder = groups.args.at(-1)!;
    assert(Deno.statSync(folder).isDirectory);
  }
  assertThrows(() => Deno.statSync(folder), Deno.errors.NotFound);
});
