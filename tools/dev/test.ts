/**
 * `deno task test [files, folders and options of deno test]`: runs tests, and the
 * code in the documentation, and prints a line for each file, or for some files of a
 * folder, which share a worker. Failures are shown whole. With `--reporter=pretty` each
 * test has a line, as Deno prints it.
 *
 * @module
 */
import { TestGroups } from "./test_groups.ts";
import { TestReport } from "./test_report.ts";
import { linesOf } from "../lines_of.ts";

const PRELOAD = new URL("mark_file_end.ts", import.meta.url);

/** So many files at once: half of the time tests wait for processes and timers. */
const JOBS = `${2 * navigator.hardwareConcurrency}`;

/** Lines of the type check, one for each file, which are left out. */
const PROGRESS = /^(?:Check|Download) /;

async function forEachLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (line: string) => void,
): Promise<void> {
  const lines = linesOf(stream);
  for await (const line of lines) take(line);
}

/** Runs tests, and gives the exit status. */
export async function runTests(args: readonly string[]): Promise<number> {
  const whole = args.some((arg) => arg.startsWith("--reporter"));
  const piped = whole ? "inherit" : "piped";
  using groups = new TestGroups(args);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "-A",
      "--parallel",
      "--doc",
      ...(whole ? [] : [`--preload=${PRELOAD.pathname}`]),
      ...groups.args,
    ],
    env: {
      DENO_JOBS: Deno.env.get("DENO_JOBS") ?? JOBS,
      ...(whole ? {} : { NO_COLOR: "1" }),
    },
    stdin: "null",
    stdout: piped,
    stderr: piped,
  }).spawn();
  // Control-C reaches the child too, which then prints which tests were running.
  Deno.addSignalListener("SIGINT", () => {});
  Deno.addSignalListener("SIGTERM", () => child.kill("SIGTERM"));
  if (!whole) {
    const report = new TestReport(console.log, (file) => groups.nameOf(file));
    await Promise.all([
      forEachLine(child.stdout, (line) => report.line(line)),
      forEachLine(child.stderr, (line) => {
        if (!PROGRESS.test(line)) console.error(line);
      }),
    ]);
    report.end();
  }
  return (await child.status).code;
}

if (import.meta.main) Deno.exit(await runTests(Deno.args));
