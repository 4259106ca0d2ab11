/** A worker that ends by itself closes its sockets on the reactor. */
import { assertEquals } from "@std/assert";
import { runChild } from "../support/processes/run_child.ts";
import { testWith } from "../support/permissions.ts";

const CHILD = new URL("worker_end_child.ts", import.meta.url);

testWith(
  "all",
  "sockets and files of a worker are gone, however it ends",
  async () => {
    const [outcome] = await runChild<Record<string, unknown>>(CHILD);
    const ended = {
      answer: "alive",
      open: true,
      seen: "a clean end",
      left: 0,
      files: [],
    };
    assertEquals(outcome, {
      "self.close()": ended,
      "Deno.exit()": ended,
      "an error": ended,
      "a rejection": ended,
    });
  },
);
