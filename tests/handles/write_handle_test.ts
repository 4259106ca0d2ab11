/** Requests of which only the write handle is held, and the garbage collector. */
import { assertEquals } from "@std/assert";
import { runChild } from "../support/processes/run_child.ts";
import { testWith } from "../support/permissions.ts";

testWith(
  "run",
  "a request lives as long as its write handle, on both sides",
  async () => {
    const child = new URL("write_handle_child.ts", import.meta.url);
    const outcome = await runChild(child, [], ["--v8-flags=--expose-gc"]);
    assertEquals(outcome, [{
      open: [[1, 0], [0, 1]],
      answered: [[0, 0], [0, 0]],
      // The one that was forgotten.
      refusedRequests: 1,
      errors: 0,
      text: "to a call",
      alarms: 0,
    }]);
  },
);
