/** What is left of requests that were cancelled. */
import { assertEquals } from "@std/assert";

Deno.test("Nothing is left of 100,000 cancelled requests", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "-A",
      "--v8-flags=--expose-gc",
      new URL("cancelled_child.ts", import.meta.url).pathname,
    ],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  assertEquals(code, 0, text(stderr));
  assertEquals(JSON.parse(text(stdout)), {
    sent: 0,
    received: 0,
    inbox: 0,
    timers: 0,
    leaks: 0,
  });
});
