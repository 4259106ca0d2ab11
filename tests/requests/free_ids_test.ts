import { assert, assertEquals, assertThrows } from "@std/assert";
import { RpcError } from "../../protocol/mod.ts";
import { cameAround, LAST_ID, open } from "./support.ts";

Deno.test("Ids in use are skipped", () => {
  assertEquals(open(cameAround(10, 1), 2), [11, 12]);
  assertEquals(open(cameAround(10, 50), 2), [60, 61]);
});

Deno.test("Ids in use are skipped across the wrap at 2^32", () => {
  assertEquals(open(cameAround(LAST_ID - 1, 4), 2), [2, 3]);
});

Deno.test("An id that has become free between two in use is taken", () => {
  const tracker = cameAround(0, 20);
  tracker.closeSent(7);
  tracker.closeSent(9);
  assertEquals(open(tracker, 4), [7, 9, 20, 21]);
});

Deno.test("99 ids in use in a row are skipped", () => {
  assertEquals(open(cameAround(10, 99), 1), [109]);
});

Deno.test("100 ids in use in a row are no-free-request-id, which isn't fatal", () => {
  const tracker = cameAround(10, 100);
  const error = assertThrows(() => tracker.takeId(), RpcError);
  assertEquals(error.code, "no-free-request-id");
  assertEquals([error.fatal, error.side, error.limit], [false, "local", 100]);
  assertEquals(tracker.sentCount, 100);
});

Deno.test("After no-free-request-id the search goes on behind the ids that it has tried", () => {
  const tracker = cameAround(10, 150);
  assertThrows(() => open(tracker, 1), RpcError);
  assertEquals(open(tracker, 1), [160]);
});

Deno.test("An id that has become free ends no-free-request-id", () => {
  const tracker = cameAround(0, 250);
  assertThrows(() => open(tracker, 1), RpcError);
  assert(tracker.closeSent(130) !== undefined);
  assertEquals(open(tracker, 1), [130]);
});
