/** Each call of the C library fails once, while a connection is made, used and closed. */
import { assertEquals, assertMatch } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";

const CHILD = new URL("failing_calls_child.ts", import.meta.url).href;

for (
  const kind of [
    "seqpacket pair",
    "seqpacket",
    "rings",
    "TCP on the reactor",
    "Unix on the reactor",
  ]
) {
  testWith(
    "all",
    `Whichever call of the system fails, nothing hangs and nothing is left open (${kind})`,
    async () => {
      const args = ["run", "-A", "--no-check", CHILD, kind];
      const { code, stdout, stderr } = await runDeno(args);
      assertEquals(code, 0, stdout + stderr);
      assertMatch(stdout, /^\d{2,} calls have failed: /);
    },
  );
}
