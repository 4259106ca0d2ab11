/** Frames that another process rewrites while they are read. */
import { assert } from "@std/assert";
import { testWith } from "../../support/permissions.ts";
import { runChild } from "../../support/processes/run_child.ts";

testWith(
  "all",
  "frames are decoded in all ways while another process rewrites them",
  async () => {
    const url = new URL("rewritten_child.ts", import.meta.url);
    const [{ texts } = { texts: 0 }] = await runChild<{ texts: number }>(url);
    // They did change.
    assert(texts > 1, `${texts}`);
  },
);
