/**
 * `deno task ok`: everything that has to hold. The checks run one after the other, and
 * the tests beside them. A check prints a line, and all that it said where it fails; the
 * last lines tell what has failed, and what isn't run here.
 *
 * @module
 */

/** Arguments of Deno, by what they check. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  format: ["fmt", "--check"],
  lint: ["lint"],
  imports: ["task", "imports"],
  documentation: ["task", "doc-lint"],
  // The types are checked by themselves, with those of the tests.
  publish: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
  types: ["check", "--doc", ".", "README.md", ...pages()],
};

const TESTS = ["task", "test", "--no-check"];

function pages(): string[] {
  return [...Deno.readDirSync("docs")]
    .map(({ name }) => `docs/${name}`)
    .filter((path) => path.endsWith(".md"));
}

function since(start: number): string {
  return `${Math.round((performance.now() - start) / 1000)} s`;
}

/** Runs the checks, and gives those that fail. */
async function check(): Promise<string[]> {
  const failed: string[] = [];
  const decoder = new TextDecoder();
  for (const [name, args] of Object.entries(CHECKS)) {
    const start = performance.now();
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      { args: [...args], stdin: "null" },
    ).output();
    console.log(`${name}: ${success ? "ok" : "FAILED"} (${since(start)})`);
    if (success) continue;
    console.log(decoder.decode(stdout) + decoder.decode(stderr));
    failed.push(name);
  }
  return failed;
}

/** Runs the tests, and gives "tests" if they fail. */
async function test(): Promise<string[]> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: TESTS,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  return success ? [] : ["tests"];
}

/** What takes other programs, or longer than a change can wait. */
const NOT_RUN =
  "Not run here: deno task test:npm (the npm package in Node and Bun), deno task test:plain (without permissions), deno task test:long (long forms)";

const start = performance.now();
const failed = (await Promise.all([check(), test()])).flat();
const outcome = failed.length === 0
  ? "Everything holds"
  : `FAILED: ${failed.join(", ")}`;
console.log(`\n${NOT_RUN}`);
console.log(`${outcome} (${since(start)})`);
if (failed.length > 0) Deno.exitCode = 1;
