/**
 * `deno task test [files, folders and options of deno test]`: runs tests, and the
 * code in the documentation, and prints a line for each worker, which runs a file that is
 * named, or what is in some folders. Failures are shown whole. With `--reporter=pretty` each
 * test has a line, as Deno prints it. With `--plain` the tests have no permissions, as in a
 * `deno test` without flags: those that need some are ignored.
 *
 * @module
 */
import { TestGroups } from "./test_groups.ts";
import { TestReport } from "./test_report.ts";
import { linesOf } from "../lines_of.ts";

const PLAIN = "--plain";
const PRELOAD = new URL("mark_file_end.ts", import.meta.url);

/** How many workers at once: half of the time tests wait for processes and timers. */
function jobs(): number {
  const asked = Deno.env.get("DENO_JOBS");
  if (asked === undefined) return 2 * navigator.hardwareConcurrency;
  if (/^[1-9]\d*$/.test(asked)) return Number(asked);
  throw new TypeError(`DENO_JOBS must be a whole number from 1, got ${asked}`);
}

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
  const workers = jobs();
  const whole = args.some((arg) => arg.startsWith("--reporter"));
  const piped = whole ? "inherit" : "piped";
  const isPlain = args.includes(PLAIN);
  using groups = new TestGroups(
    args.filter((arg) => arg !== PLAIN),
    workers,
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      isPlain ? "--no-prompt" : "-A",
      "--parallel",
      ...(whole ? [] : [`--preload=${PRELOAD.pathname}`]),
      ...groups.args,
    ],
    env: {
      DENO_JOBS: `${workers}`,
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
