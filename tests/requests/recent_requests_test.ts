import { assertEquals } from "@std/assert";
import { LAST_ID, trackerFrom } from "./support.ts";

/** So many answered requests are remembered. */
const RECENT = 1024;

Deno.test("No request is remembered at first, nor is one with id 0", () => {
  const tracker = trackerFrom();
  for (const id of [0, 1, LAST_ID]) {
    assertEquals(tracker.wasReceived(id), false, `${id}`);
  }
});

Deno.test("A received request is remembered from its end on", () => {
  const tracker = trackerFrom();
  for (const id of [5, 0, LAST_ID]) {
    tracker.openReceived(id, "");
    assertEquals(tracker.wasReceived(id), false, `open ${id}`);
    tracker.closeReceived(id);
    assertEquals(tracker.wasReceived(id), true, `closed ${id}`);
  }
  assertEquals(tracker.wasReceived(6), false);
});

Deno.test("Closing an id that isn't open remembers nothing", () => {
  const tracker = trackerFrom();
  tracker.closeReceived(5);
  assertEquals(tracker.wasReceived(5), false);
});

Deno.test("A sent request isn't remembered", () => {
  const tracker = trackerFrom(5);
  tracker.openSent(5, "");
  tracker.closeSent(5);
  assertEquals(tracker.wasReceived(5), false);
});

Deno.test("The last 1024 received requests are remembered, and no other", () => {
  const tracker = trackerFrom();
  for (let id = 0; id < 3 * RECENT; id++) {
    tracker.openReceived(id, "");
    tracker.closeReceived(id);
    assertEquals(tracker.wasReceived(id), true, `${id}`);
    const oldest = Math.max(0, id - RECENT + 1);
    assertEquals(tracker.wasReceived(oldest), true, `${oldest} after ${id}`);
    assertEquals(tracker.wasReceived(oldest - 1), false, `before ${oldest}`);
  }
});

Deno.test("A request that is open again and again is remembered", () => {
  const tracker = trackerFrom();
  for (let round = 0; round < 2 * RECENT; round++) {
    tracker.openReceived(3, "");
    tracker.closeReceived(3);
  }
  assertEquals(tracker.wasReceived(3), true);
  assertEquals(tracker.wasReceived(0), false);
});
