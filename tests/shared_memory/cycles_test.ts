import { assert, assertEquals } from "@std/assert";
import { runChild } from "../support/processes/run_child.ts";
import { testWith } from "../support/permissions.ts";

interface Line {
  readonly name: string;
  readonly descriptors: number;
  readonly mappings: number;
  readonly grown: number;
}

testWith(
  "all",
  "hundreds of rounds of anything leave no descriptor and no mapping",
  async (t) => {
    const url = new URL("cycles_child.ts", import.meta.url);
    const lines = await runChild<Line>(url);
    assertEquals(lines.length, 8);
    for (const { name, descriptors, mappings, grown } of lines) {
      await t.step(name, () => {
        assertEquals({ descriptors, mappings }, {
          descriptors: 0,
          mappings: 0,
        });
        // What was given up last keeps its addresses: 256 ranges.
        assert(grown < 1024, `${grown} MiB of addresses are left`);
      });
    }
  },
);
