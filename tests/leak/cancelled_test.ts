/** What is left of requests that were cancelled. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runChild } from "../support/processes/run_child.ts";

const CHILD = new URL("cancelled_child.ts", import.meta.url);

testWith(
  "run",
  "Nothing is left of tens of thousands of cancelled requests",
  async () => {
    const outcome = await runChild(CHILD, [], ["-A", "--v8-flags=--expose-gc"]);
    assertEquals(outcome, [{
      sent: 0,
      received: 0,
      inbox: 0,
      timers: 0,
      leaks: 0,
    }]);
  },
);
