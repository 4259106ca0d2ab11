/**
 * Two processes whose pauses are random: no wake-up is lost, on one CPU and on two.
 * The number of calls can be raised, for a run of hours: `PAUSES=1000000 deno task
 * test tests/shared_ring/pauses_test.ts`.
 */
import { assert, assertEquals } from "@std/assert";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { QUIET } from "../support/quiet.ts";
import { sized } from "../support/suite/long.ts";
import { linesOf } from "../../tools/lines_of.ts";

const CHILD = new URL("./support/pauses_child.ts", import.meta.url).href;
const env = Deno.permissions.querySync({ name: "env" }).state === "granted";
const COUNT = Number(
  (env ? Deno.env.get("PAUSES") : undefined) ?? sized(300, 3000),
);

/** Starts a child, on a CPU if there is `taskset`; null if there is none. */
function start(cpu: number | null, args: string[]): Deno.ChildProcess | null {
  const command = [
    Deno.execPath(),
    "run",
    "-A",
    "--no-check",
    "--quiet",
    CHILD,
  ];
  if (cpu !== null) command.unshift("taskset", "-c", `${cpu}`);
  const [program = "", ...rest] = [...command, ...args];
  try {
    return new Deno.Command(program, {
      args: rest,
      stdin: "null",
      stdout: "piped",
      env: QUIET,
    }).spawn();
  } catch (error) {
    if (cpu !== null && error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const PLACES = [
  ["two CPUs", 0, 1],
  ["one CPU", 0, 0],
  ["any CPUs", null, null],
] as const;

for (const [place, serverCpu, clientCpu] of PLACES) {
  if (navigator.hardwareConcurrency < 2 && place === "two CPUs") continue;
  testWith(
    "all",
    `no wake-up is lost between random pauses, ${place}`,
    async (t) => {
      using dir = new TempDir();
      const path = dir.file("s");
      const server = start(serverCpu, ["serve", path, "1"]);
      if (server === null) {
        await t.step({ name: "[needs taskset]", ignore: true, fn: () => {} });
        return;
      }
      const lines = linesOf(server.stdout).getReader();
      try {
        assert(!(await lines.read()).done);
        const client = start(clientCpu, ["call", path, "2", `${COUNT}`])!;
        const { code, stdout } = await client.output();
        assertEquals(code, 0);
        // Two callers may both have begun the last call.
        const answered = Number(new TextDecoder().decode(stdout));
        assert(answered >= COUNT && answered <= COUNT + 1, `${answered}`);
      } finally {
        server.kill("SIGKILL");
        await lines.cancel();
        await server.status;
      }
    },
  );
}
