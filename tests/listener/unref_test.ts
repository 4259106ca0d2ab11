/** A listener that lets the program end. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";

testWith(
  "all",
  "accepts that fail don't keep a program alive that may end",
  async () => {
    const child = new URL("unref_child.ts", import.meta.url).href;
    const { code, stdout, stderr } = await runDeno(
      ["run", "-A", "--no-check", "--quiet", child],
    );
    assertEquals([code, stdout], [0, "ended\n"], stderr);
  },
);
