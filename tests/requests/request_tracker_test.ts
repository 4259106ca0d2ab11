import { assert, assertEquals } from "@std/assert";
import { LAST_ID, open, trackerFrom } from "./support.ts";

Deno.test("Ids count up from 0", () => {
  const tracker = trackerFrom();
  assertEquals(open(tracker, 5), [0, 1, 2, 3, 4]);
  assertEquals(tracker.sentCount, 5);
});

Deno.test("An id that has become free isn't given out again before the others", () => {
  const tracker = trackerFrom();
  open(tracker, 3);
  assertEquals(tracker.closeSent(1), "sent 1");
  assertEquals(open(tracker, 2), [3, 4]);
});

Deno.test("Ids wrap at 2^32", () => {
  const tracker = trackerFrom(LAST_ID - 1);
  assertEquals(open(tracker, 4), [LAST_ID - 1, LAST_ID, 0, 1]);
});

Deno.test("A tracker hands its entries out by id, and forgets them when they are closed", () => {
  const tracker = trackerFrom();
  tracker.openSent(0, "entry 0");
  assertEquals(tracker.getSent(0), "entry 0");
  assertEquals(tracker.getSent(1), undefined);
  assertEquals(tracker.closeSent(1), undefined);
  assertEquals(tracker.closeSent(0), "entry 0");
  assertEquals(tracker.closeSent(0), undefined);
  assertEquals(tracker.getSent(0), undefined);
  assertEquals(tracker.sentCount, 0);
});

Deno.test("An id that was given but never opened stays free, and isn't given again at once", () => {
  const tracker = trackerFrom();
  assertEquals(tracker.takeId(), 0);
  assertEquals(tracker.sentCount, 0);
  assertEquals(open(tracker, 1), [1]);
});

Deno.test("A received request with an id that is open is a duplicate, and leaves the first one alone", () => {
  const tracker = trackerFrom();
  assertEquals(tracker.openReceived(7, "first"), true);
  assertEquals(tracker.openReceived(7, "second"), false);
  assertEquals(tracker.getReceived(7), "first");
  assertEquals(tracker.receivedCount, 1);
  assertEquals(tracker.closeReceived(7), "first");
  assertEquals(tracker.closeReceived(7), undefined);
  assertEquals(tracker.openReceived(7, "third"), true);
  assertEquals(tracker.getReceived(7), "third");
});

Deno.test("Both sides can have a request of the same id open", () => {
  const tracker = trackerFrom(7);
  assertEquals(open(tracker, 1), [7]);
  assertEquals(tracker.openReceived(7, "received 7"), true);
  assertEquals(tracker.getSent(7), "sent 7");
  assertEquals(tracker.getReceived(7), "received 7");
  assertEquals(tracker.closeSent(7), "sent 7");
  assertEquals(tracker.getReceived(7), "received 7");
  open(tracker, 1);
  assertEquals(tracker.closeReceived(7), "received 7");
  assertEquals([tracker.sentCount, tracker.receivedCount], [1, 0]);
});

Deno.test("A received request's id doesn't keep a sent one from it", () => {
  const tracker = trackerFrom();
  tracker.openReceived(0, "received 0");
  assertEquals(open(tracker, 1), [0]);
});

Deno.test("The open requests are given, in whatever order", () => {
  const tracker = trackerFrom(LAST_ID);
  open(tracker, 3);
  tracker.closeSent(0);
  assertEquals([...tracker.sent()].sort(), ["sent 1", `sent ${LAST_ID}`]);
  for (const id of [9, 3, 5]) tracker.openReceived(id, `received ${id}`);
  assertEquals([...tracker.received()].sort(), [
    "received 3",
    "received 5",
    "received 9",
  ]);
});

Deno.test("Closing all of one side gives its entries, and leaves the other side alone", () => {
  const tracker = trackerFrom();
  open(tracker, 2);
  tracker.openReceived(4, "received 4");
  tracker.openReceived(0, "received 0");

  assertEquals(tracker.closeAllSent(), ["sent 0", "sent 1"]);
  assertEquals([tracker.sentCount, tracker.receivedCount], [0, 2]);
  assertEquals(tracker.closeAllSent(), []);
  assertEquals(tracker.closeAllReceived().sort(), ["received 0", "received 4"]);
  assertEquals([tracker.sentCount, tracker.receivedCount], [0, 0]);
  assertEquals(tracker.closeAllReceived(), []);
  assertEquals(open(tracker, 1), [2]);
});

Deno.test("A request can be closed while all are looked at", () => {
  const tracker = trackerFrom();
  for (let id = 0; id < 5; id++) tracker.openReceived(id, `${id}`);
  const seen: string[] = [];
  for (const entry of tracker.received()) {
    seen.push(entry);
    tracker.closeReceived(Number(entry));
  }
  assertEquals(seen, ["0", "1", "2", "3", "4"]);
  assertEquals(tracker.receivedCount, 0);
});

Deno.test("Tables of many thousand requests come back to empty", () => {
  const tracker = trackerFrom(LAST_ID - 5000);
  const ids = open(tracker, 10_000);
  assertEquals(new Set(ids).size, 10_000);
  assertEquals(ids.at(-1), 4998);
  for (const id of ids) assert(tracker.closeSent(id) !== undefined);
  assertEquals(tracker.sentCount, 0);
});

Deno.test("The id of a ping that is unanswered is skipped", () => {
  const tracker = trackerFrom(LAST_ID);
  tracker.pingId = tracker.takeId();
  assertEquals(tracker.pingId, LAST_ID);
  const around = trackerFrom(LAST_ID);
  around.pingId = LAST_ID;
  assertEquals(around.takeId(), 0);
});
