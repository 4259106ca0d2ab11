/** For each test file, how long it takes, and which lines of which sources it runs. */
export interface TestCoverage {
  /** The test file, from the project's root. */
  readonly test: string;
  /** How long it took, in milliseconds. */
  readonly time: number;
  /** The lines that it runs, from 1, by source. */
  readonly lines: Readonly<Record<string, readonly number[]>>;
}

/** Runs a test file alone, and says what it runs, also in the processes that it starts. */
export async function coverageOf(
  root: string,
  test: string,
  sources: readonly string[],
): Promise<TestCoverage | null> {
  const folder = await Deno.makeTempDir({ prefix: "rpc_coverage_" });
  try {
    const start = performance.now();
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", "--quiet", test],
      cwd: root,
      env: { DENO_COVERAGE_DIR: folder },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    if (!success) return null;
    const time = Math.round(performance.now() - start);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["coverage", "--quiet", "--lcov", folder],
        `--include=^file://${root}/(${sources.join("|")})/`,
      ],
      cwd: root,
      stderr: "null",
    }).output();
    return {
      test,
      time,
      lines: linesIn(root, new TextDecoder().decode(stdout)),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The lines that a report in the format of lcov says were run. */
export function linesIn(root: string, lcov: string): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  let lines: number[] = [];
  for (const record of lcov.split("\n")) {
    const [kind, rest = ""] = record.split(/:(.*)/);
    if (kind === "SF") lines = found[rest.slice(root.length + 1)] = [];
    if (kind !== "DA") continue;
    const [line, count] = rest.split(",").map(Number);
    if (count! > 0) lines.push(line!);
  }
  return found;
}
