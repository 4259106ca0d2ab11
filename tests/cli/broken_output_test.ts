/** How a process ends whose stdout or stderr can't be written. */
import { assert, assertEquals } from "@std/assert";
import { HANGS_AFTER } from "../support/hangs_after.ts";
import { testWith } from "../support/permissions.ts";
import { QUIET } from "../support/quiet.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { writeTrace } from "./capture/traces.ts";
import { COMMAND } from "./support.ts";

/** Runs the command in bash, with its output redirected; nobody reads descriptor 3. */
async function run(
  redirected: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stderr: string }> {
  const { code, stderr } = await new Deno.Command("bash", {
    args: [
      ...["-c", `exec 3> >(:); wait $!; exec "$@" ${redirected}`, "bash"],
      ...[Deno.execPath(), "run", "-A", "--quiet", "--no-check", COMMAND],
      ...args,
    ],
    ...{ stdin: "null", env: QUIET, signal: AbortSignal.timeout(HANGS_AFTER) },
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

testWith("all", "a stdout that is full fails, and is told", async () => {
  const { code, stderr } = await run("> /dev/full", "completions", "bash");
  assertEquals(code, 1);
  assert(/^Can't write to stdout: .*[Nn]o space/.test(stderr), stderr);
});

testWith("all", "so it does where stdout is written on a thread", async () => {
  using folder = new TempDir();
  const file = await writeTrace(folder);
  const { code, stderr } = await run("> /dev/full", "watch", file);
  assertEquals(code, 1);
  assert(stderr.includes("Can't write to stdout: "), stderr);
});

testWith("all", "who reads stdout no more is no failure", async () => {
  const { code, stderr } = await run(">&3", "completions", "bash");
  assertEquals([code, stderr], [0, ""]);
});

testWith("all", "without a stderr the exit code stays", async () => {
  for (const redirected of ["2> /dev/full", "2>&3"]) {
    assertEquals((await run(redirected, "describe")).code, 2);
  }
});
