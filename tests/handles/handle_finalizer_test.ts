/** Requests whose handles were garbage-collected. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";

testWith(
  "run",
  "what is garbage-collected unanswered is answered",
  async () => {
    const child = new URL("./handle_finalizer_child.ts", import.meta.url);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--v8-flags=--expose-gc", child.href],
    }).output();
    const decoder = new TextDecoder();
    assertEquals(code, 0, decoder.decode(stderr));
    assertEquals(JSON.parse(decoder.decode(stdout)), {
      early: 1,
      isError: true,
      kept: "still mine",
      droppedMessages: 2,
      errors: 0,
      openSentRequests: 0,
      alarms: 0,
    });
  },
);
