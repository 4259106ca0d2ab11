/** A listener that lets the program end. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { QUIET } from "../support/quiet.ts";

testWith(
  "all",
  "accepts that fail don't keep a program alive that may end",
  async () => {
    const child = new URL("unref_child.ts", import.meta.url).href;
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", child],
      env: QUIET,
      stderr: "inherit",
    }).output();
    assertEquals([success, new TextDecoder().decode(stdout)], [
      true,
      "ended\n",
    ]);
  },
);
