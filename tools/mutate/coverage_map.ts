/** For each test file, how long it takes, and which functions of which sources it calls. */
export interface TestCoverage {
  /** The test file, from the project's root. */
  readonly test: string;
  /** How long it took, in milliseconds. */
  readonly time: number;
  /** The names of the functions that were called, by source. */
  readonly called: Readonly<Record<string, readonly string[]>>;
}

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly { readonly count: number }[];
  }[];
}

/** Runs a test file alone, and says what it calls, also in the processes that it starts. */
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
    return { test, time, called: await readCalled(root, folder, sources) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function readCalled(
  root: string,
  folder: string,
  sources: readonly string[],
): Promise<Record<string, string[]>> {
  const called: Record<string, Set<string>> = {};
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".json")) continue;
    const text = await Deno.readTextFile(`${folder}/${name}`);
    const { url, functions }: ScriptCoverage = JSON.parse(text);
    const path = new URL(url).pathname;
    if (!path.startsWith(`${root}/`)) continue;
    const source = path.slice(root.length + 1);
    if (!sources.some((folder) => source.startsWith(`${folder}/`))) continue;
    const names = called[source] ??= new Set();
    for (const { functionName, ranges } of functions) {
      if (ranges[0]!.count > 0) names.add(functionName);
    }
  }
  return Object.fromEntries(
    Object.entries(called).map(([source, names]) => [source, [...names]]),
  );
}
