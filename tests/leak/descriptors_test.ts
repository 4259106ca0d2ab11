import { assert, assertEquals } from "@std/assert";
import { runDeno } from "../support/processes/run_deno.ts";
import { testWith } from "../support/permissions.ts";

/** What the child says of one way of ending. */
interface Line {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  readonly unhandled: readonly string[];
}

testWith(
  "all",
  "No descriptor is left and no rejection unhandled, however 200 connections end",
  async (t) => {
    const child = new URL("descriptors_child.ts", import.meta.url);
    const { code, stdout, stderr } = await runDeno(
      ["run", "-A", "--no-check", child.href],
    );
    const lines = stdout.trim().split("\n");
    assertEquals(code, 0, stderr);
    for (const line of lines) {
      const { name, before, after, unhandled }: Line = JSON.parse(line);
      await t.step(name, () => {
        assert(after <= before, `${after - before} descriptors are left`);
        assertEquals(unhandled, [], "unhandled rejections");
      });
    }
    assertEquals(lines.length, 31);
  },
);
