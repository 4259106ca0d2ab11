import { assert, assertEquals } from "@std/assert";
import { runChild } from "../support/processes/run_child.ts";
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
  "No descriptor is left and no rejection unhandled, however connections end, many of each kind",
  async (t) => {
    const child = new URL("descriptors_child.ts", import.meta.url);
    const lines = await runChild<Line>(child);
    for (const { name, before, after, unhandled } of lines) {
      await t.step(name, () => {
        assert(after <= before, `${after - before} descriptors are left`);
        assertEquals(unhandled, [], "unhandled rejections");
      });
    }
    assertEquals(lines.length, 61);
  },
);
