import type { TestCoverage } from "./coverage_map.ts";
import type { Mutation } from "./mutations.ts";

/** What became of a mutation. */
export type Outcome =
  /** A test failed. */
  | "noticed"
  /** A test didn't end. */
  | "hung"
  /** All tests passed that run it. */
  | "survived"
  /** No test runs it. */
  | "not run";

/** Whether no test has said anything against a mutation. */
export function isUnnoticed(outcome: Outcome): boolean {
  return outcome === "survived" || outcome === "not run";
}

/**
 * The test files that run the line that a mutation changes: first those in a folder that
 * is named like one of the source's, then the quickest. Behind them are those that run
 * the last line before it that any runs: a report counts a line as not run if a part of
 * it isn't, such as the end of `if (closed) throw error;`.
 */
export function testsFor(
  { path, line }: Mutation,
  coverage: readonly TestCoverage[],
): TestCoverage[] {
  const run = new Set(coverage.flatMap(({ lines }) => lines[path] ?? []));
  const before = Math.max(...[...run].filter((other) => other < line));
  const folders = foldersOf(path);
  const running = (line: number): TestCoverage[] => {
    const tests = coverage.filter(({ lines }) => lines[path]?.includes(line))
      .sort((a, b) => a.time - b.time);
    const isNear = ({ test }: TestCoverage): boolean =>
      !foldersOf(test).isDisjointFrom(folders);
    return [...tests.filter(isNear), ...tests.filter((test) => !isNear(test))];
  };
  return [...new Set([...running(line), ...running(before)])];
}

function foldersOf(path: string): Set<string> {
  return new Set(path.split("/").slice(0, -1));
}

/** As many of the first tests as fit into a time, in milliseconds; one at least. */
export function within(
  time: number,
  tests: readonly TestCoverage[],
): TestCoverage[] {
  let sum = 0;
  return tests.filter((test, i) => (sum += test.time) <= time || i === 0);
}

/** How many test files run in one process. The first ones mostly notice. */
const BATCHES = [4, 16, 64];

/** Changes a source of a checkout, runs tests, and changes it back. */
export async function tryMutation(
  checkout: string,
  mutation: Mutation,
  tests: readonly TestCoverage[],
): Promise<Outcome> {
  if (tests.length === 0) return "not run";
  const file = `${checkout}/${mutation.path}`;
  const text = await Deno.readTextFile(file);
  const changed = text.slice(0, mutation.start) + mutation.replacement +
    text.slice(mutation.end);
  await Deno.writeTextFile(file, changed);
  try {
    let from = 0;
    for (let i = 0; from < tests.length; i++) {
      const size = BATCHES[Math.min(i, BATCHES.length - 1)]!;
      const outcome = await run(checkout, tests.slice(from, from + size));
      if (outcome !== "survived") return outcome;
      from += size;
    }
    return "survived";
  } finally {
    await Deno.writeTextFile(file, text);
  }
}

/** Ends the processes that tests of a checkout have left, in whatever groups they are. Linux alone tells them. */
async function endAllOf(checkout: string): Promise<void> {
  if (Deno.build.os !== "linux") return;
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const command = await Deno.readTextFile(`/proc/${name}/cmdline`);
      const folder = await Deno.readLink(`/proc/${name}/cwd`);
      if (!`${command} ${folder}`.includes(checkout)) continue;
      Deno.kill(Number(name), "SIGKILL");
    } catch (error) {
      if (!isNone(error)) throw error;
    }
  }
}

/** Whether a process has ended by itself meanwhile, or is another user's. */
function isNone(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.PermissionDenied ||
    (error as { code?: unknown }).code === "ESRCH";
}

async function run(
  checkout: string,
  tests: readonly TestCoverage[],
): Promise<Outcome> {
  const usual = tests.reduce((sum, { time }) => sum + time, 0);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["test", "-A", "--no-check", "--quiet", "--fail-fast"],
      ...tests.map(({ test }) => test),
    ],
    cwd: checkout,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, 20_000 + 2 * usual);
  const { success } = await child.status;
  clearTimeout(timer);
  await endAllOf(checkout);
  if (hung) return "hung";
  return success ? "survived" : "noticed";
}
