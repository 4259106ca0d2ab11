/** What a channel of streams does at its end. */
import { assertEquals } from "@std/assert";
import { releaseStreams } from "../../transports/streams_channel.ts";
import { tick } from "../../internal/event_loop.ts";

Deno.test("the end of both streams is awaited, if it comes", async () => {
  const ended: string[] = [];
  const endLater = async (what: string): Promise<void> => {
    await tick();
    ended.push(what);
  };
  await releaseStreams(
    { cancel: () => endLater("reader") },
    { abort: () => endLater("writer") },
  );
  assertEquals(ended, ["reader", "writer"]);
});

Deno.test("a stream that doesn't end isn't waited for, and an error is none", async () => {
  let closed = false;
  await releaseStreams(
    { cancel: () => Promise.reject(new Error("lost")) },
    { abort: () => new Promise<void>(() => {}) },
    () => {
      closed = true;
    },
  );
  assertEquals(closed, true);
});
