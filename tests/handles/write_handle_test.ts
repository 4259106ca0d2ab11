/** Requests of which only the write handle is held, and the garbage collector. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";

testWith(
  "run",
  "a request lives as long as its write handle, on both sides",
  async () => {
    const child = new URL("write_handle_child.ts", import.meta.url);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--v8-flags=--expose-gc", child.href],
    }).output();
    const decoder = new TextDecoder();
    assertEquals(code, 0, decoder.decode(stderr));
    assertEquals(JSON.parse(decoder.decode(stdout)), {
      open: [[1, 0], [0, 1]],
      answered: [[0, 0], [0, 0]],
      // The one that was forgotten.
      refusedRequests: 1,
      errors: 0,
      text: "to a call",
      alarms: 0,
    });
  },
);
