import { assert, assertEquals } from "@std/assert";
import { QUIET } from "../support/quiet.ts";
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
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: ["run", "-A", "--no-check", child.href],
        env: QUIET,
      },
    ).output();
    const said = new TextDecoder().decode(stderr);
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    assert(success, said);
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
