/** What `deno task test` runs together: all test files, each once. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { TestGroups } from "../../tools/dev/test_groups.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

function* testFiles(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* testFiles(`${folder}${name}/`);
    else if (name.endsWith("_test.ts")) yield `${folder}${name}`;
  }
}

/** The texts of the modules that Deno finds in a folder, in their order. */
function modules(folder: string): string[] {
  return [...testFiles(`${folder}/`)].sort()
    .map((path) => Deno.readTextFileSync(path));
}

/** The files that each of them imports. */
function imported(folder: string): string[][] {
  return modules(folder).map((text) =>
    [...text.matchAll(/^import "file:\/\/(.+)";$/gm)].map(([, path]) => path!)
  );
}

testWith("all", "a run has each test file once, in few modules", () => {
  using groups = new TestGroups(["--no-check"], 4);
  const groupsOfFiles = imported(groups.args.at(-1)!);
  const files = groupsOfFiles.flat();
  assertEquals(files.toSorted(), [...testFiles(`${ROOT}tests/`)].sort());
  for (const group of groupsOfFiles) assert(group.length <= 40);
  assert(groupsOfFiles.length < files.length / 20, `${groupsOfFiles.length}`);
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
  return [...testFiles(`${groups.args.at(-1)}/`)].sort()
    .map((path) => groups.nameOf(path));
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

testWith(
  "all",
  "the programs in documents are tests, and keep their lines",
  async () => {
    using folder = new TempDir();
    const document = folder.file("page.md");
    Deno.writeTextFileSync(
      document,
      "# Page\n\n```ts ignore\nignored();\n```\n\n```ts\nthrow new Error(`${1 + 1}`);\n```\n",
    );
    using groups = new TestGroups([document], 4);
    const tests = groups.args.at(-1)!;
    const [text, ...others] = modules(tests);
    assertEquals(others, []);
    const [, name, program] = /^Deno.test\("(.+)", .* import\("\.\/(.+)"\)/
      .exec(text!)!;
    assertEquals(name, `${Deno.realPathSync(document)}:7`);
    const error = await assertRejects(
      () => import(`file://${tests}/${program}`),
      Error,
      "2",
    );
    assertStringIncludes(error.stack!, `${program}:8:`);
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
