/** Frames that nobody disposes. */
import { assertEquals } from "@std/assert";
import { testWith } from "../../support/permissions.ts";
import { runChild } from "../../support/processes/run_child.ts";

testWith(
  "all",
  "a frame is released when its body and all views of it are collected",
  async () => {
    const [line] = await runChild(
      new URL("collected_child.ts", import.meta.url),
      [],
      ["-A", "--v8-flags=--expose-gc"],
    );
    // A worker could have them, so their regions aren't lent again.
    assertEquals(line, { whileKept: 1, first: 3, afterwards: 0, regions: 0 });
  },
);
