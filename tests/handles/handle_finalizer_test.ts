/** Requests whose handles were garbage-collected. */
import { assertEquals } from "@std/assert";
import { runChild } from "../support/processes/run_child.ts";
import { testWith } from "../support/permissions.ts";

testWith(
  "run",
  "what is garbage-collected unanswered is answered",
  async () => {
    const child = new URL("./handle_finalizer_child.ts", import.meta.url);
    const outcome = await runChild(child, [], ["--v8-flags=--expose-gc"]);
    assertEquals(outcome, [{
      early: 1,
      isError: true,
      kept: "still mine",
      droppedMessages: 2,
      errors: 0,
      openSentRequests: 0,
      alarms: 0,
    }]);
  },
);
