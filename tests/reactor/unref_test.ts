/** `ref` and `unref`: whether what is open keeps a program alive. */
import { LONG } from "../support/suite/long.ts";
import { assertEquals } from "@std/assert";
import { connect } from "../../mod.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { linesOf } from "../../tools/lines_of.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";

const CHILD = new URL("./support/unref_child.ts", import.meta.url).href;

/** What is open in a program. A Unix stream is on the reactor. */
const SCHEMES = ["unix+seqpacket", "unix"];

function programArgs(address: string, kind: string): string[] {
  return ["run", "--quiet", "--no-check", "-A", CHILD, address, kind];
}

/** Runs a program that ends by itself; its status and what it says. */
async function run(scheme: string, kind: string): Promise<[number, string]> {
  await using dir = new TempDir();
  const guard = new AbortController();
  const timer = setTimeout(() => guard.abort(), HANGS_AFTER);
  try {
    const { code, stdout, stderr } = await runDeno(
      programArgs(`${scheme}:${dir.file("s")}`, kind),
      { signal: guard.signal },
    );
    return [code, stdout + stderr];
  } finally {
    clearTimeout(timer);
  }
}

const ENDING = [
  "unref before waiting",
  "unref while waiting",
  "unref while asleep",
  "unref twice",
  "ref and unref",
  "close the one that was not unref'ed",
];
const LASTING = [
  "nothing",
  "unref all but the listener",
  "unref all but one connection",
  "ref while asleep",
];

for (const [scheme, kind] of combine(SCHEMES, ENDING)) {
  testWith(
    "all",
    `${scheme}: A program ends with all open: ${kind}`,
    async () => {
      assertEquals(await run(scheme, kind), [0, "end of program\n"]);
    },
  );
}

for (const [scheme, kind] of combine(SCHEMES, LASTING)) {
  testWith(
    "all",
    `${scheme}: A program goes on until what is ref'ed is closed: ${kind}`,
    async () => {
      await using dir = new TempDir();
      const address = `${scheme}:${dir.file("s")}`;
      await using child = new Deno.Command(Deno.execPath(), {
        args: programArgs(address, kind),
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const lines = linesOf(child.stdout).getReader();
      const errors = new Response(child.stderr).text();
      assertEquals((await lines.read()).value, "end of program");
      // A whole program comes and goes meanwhile, and it is still there.
      assertEquals((await run(scheme, "unref while waiting"))[0], 0);
      await using peer = await connect(address);
      assertEquals((await peer.call(1, "")).text(), "alive");
      assertEquals((await peer.call(2, "")).text(), "ending");
      const { code } = await child.status;
      assertEquals([code, await errors], [0, ""]);
      await lines.cancel();
    },
  );
}

function combine(
  schemes: readonly string[],
  kinds: readonly string[],
): [string, string][] {
  return schemes.flatMap((scheme, i) =>
    // In the usual form each kind is there with one of the schemes.
    kinds.filter((_, j) => LONG || (i + j) % schemes.length === 0)
      .map((kind): [string, string] => [scheme, kind])
  );
}
