/** A region whose descriptor doesn't arrive, as the receiver can't have another one. */
import { assertEquals } from "@std/assert";
import { testWith } from "../../support/permissions.ts";
import { runChild } from "../../support/processes/run_child.ts";

testWith(
  "all",
  "a frame of a region whose descriptor was lost is told, and the next one arrives",
  async () => {
    const url = new URL("lost_region_child.ts", import.meta.url);
    assertEquals(await runChild<unknown>(url), [{
      code: "too-many-fds",
      fatal: false,
      message:
        "Descriptors were lost, all but 0: this process has as many open as it may (ulimit -n); the message was dropped",
      taken: [[3, 3], [2, 2]],
      regions: [3, 2, 0],
    }]);
  },
);
