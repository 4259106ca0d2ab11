/** `ref` and `unref`: whether what is open keeps a program alive. */
import { assertEquals } from "@std/assert";
import { connect } from "../../mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { linesOf } from "../../tools/lines_of.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";

const CHILD = new URL("./support/unref_child.ts", import.meta.url).href;

function programArgs(path: string, kind: string): string[] {
  return ["run", "--quiet", "--no-check", "-A", CHILD, path, kind];
}

/** Runs a program that ends by itself; its status and what it says. */
async function run(kind: string): Promise<[number, string]> {
  await using dir = new TempDir();
  const guard = new AbortController();
  const timer = setTimeout(() => guard.abort(), HANGS_AFTER);
  try {
    const { code, stdout, stderr } = await runDeno(
      programArgs(dir.file("s"), kind),
      { signal: guard.signal },
    );
    return [code, stdout + stderr];
  } finally {
    clearTimeout(timer);
  }
}

for (
  const kind of [
    "unref before waiting",
    "unref while waiting",
    "unref while asleep",
    "unref twice",
    "ref and unref",
    "close the one that was not unref'ed",
  ]
) {
  testWith("all", `A program ends with all open: ${kind}`, async () => {
    assertEquals(await run(kind), [0, "end of program\n"]);
  });
}

for (
  const kind of [
    "nothing",
    "unref all but the listener",
    "unref all but one connection",
    "ref while asleep",
  ]
) {
  testWith(
    "all",
    `A program goes on until what is ref'ed is closed: ${kind}`,
    async () => {
      await using dir = new TempDir();
      await using child = new Deno.Command(Deno.execPath(), {
        args: programArgs(dir.file("s"), kind),
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const lines = linesOf(child.stdout).getReader();
      const errors = new Response(child.stderr).text();
      assertEquals((await lines.read()).value, "end of program");
      // A whole program comes and goes meanwhile, and it is still there.
      assertEquals((await run("unref while waiting"))[0], 0);
      await using peer = await connect(`unix+seqpacket:${dir.file("s")}`);
      assertEquals((await peer.call(1, "")).text(), "alive");
      assertEquals((await peer.call(2, "")).text(), "ending");
      const { code } = await child.status;
      assertEquals([code, await errors], [0, ""]);
      await lines.cancel();
    },
  );
}
