/** What is left of requests that were cancelled. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";

const CHILD = new URL("cancelled_child.ts", import.meta.url).href;

testWith("run", "Nothing is left of 100,000 cancelled requests", async () => {
  const { code, stdout, stderr } = await runDeno(
    ["run", "--quiet", "--no-check", "-A", "--v8-flags=--expose-gc", CHILD],
  );
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout), {
    sent: 0,
    received: 0,
    inbox: 0,
    timers: 0,
    leaks: 0,
  });
});
