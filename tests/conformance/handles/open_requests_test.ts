/** The table of open requests, over every transport. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { OpenRequest } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { HandClock } from "../../support/hand_clock.ts";
import type { TestPeer } from "../../support/scene.ts";

/** What is open, without the time of day. */
function openOf(peer: TestPeer): Omit<OpenRequest, "since">[] {
  return peer.openRequests().map(({ since: _, ...open }) => open);
}

conformance(
  "the table has both sides' requests, the oldest first, with age and state",
  async (scene) => {
    const clock = new HandClock();
    const [left, right] = await scene.pair({ clock });
    const first = await left.sendRequest(7, "");
    const message = await right.recvMessage();
    assert(message?.kind === "request");
    clock.turn(250);
    await message.request.sendUpdate(1, "");
    await message.request.sendUpdate(2, "");
    const back = await right.sendRequest(8, "");
    const answered = await left.recvMessage();
    assert(answered?.kind === "request");
    clock.turn(50);
    const request = {
      requestId: 0,
      state: "running",
      unreadUpdates: 0,
    } as const;
    assertEquals(openOf(left), [
      {
        ...request,
        direction: "sent",
        serviceId: 7,
        age: 300,
        unreadUpdates: 2,
      },
      { ...request, direction: "received", serviceId: 8, age: 50 },
    ]);
    assertEquals(openOf(right), [
      { ...request, direction: "received", serviceId: 7, age: 300 },
      { ...request, direction: "sent", serviceId: 8, age: 50 },
    ]);
    const since = left.openRequests().map(({ since }) => since);
    const began = left.stats().since;
    assertEquals(since, [began, began + 250]);
    await message.request.sendResponse(7, "");
    await answered.request.sendResponse(8, "");
    await first.recvUpdate();
    await first.recvUpdate();
    await first.recvResponse();
    await back.recvResponse();
    assertEquals([openOf(left), openOf(right)], [[], []]);
  },
);

conformance(
  "the table tells what waits to be taken, and what nobody waits for",
  async (scene) => {
    const [left, right] = await scene.pair();
    const request = await left.sendRequest(7, "");
    request[Symbol.dispose]();
    assertEquals(openOf(left).map(({ state }) => state), ["abandoned"]);
    await left.sendRequest(7, "");
    while (right.stats().openReceivedRequests < 2) await scene.pace(1);
    assertEquals(openOf(right).map(({ state }) => state), ["queued", "queued"]);
    await right.recvMessage();
    assertEquals(openOf(right).map(({ state }) => state), [
      "running",
      "queued",
    ]);
  },
);

conformance("the table has at most as many as are asked for", async (scene) => {
  const clock = new HandClock();
  const [left, right] = await scene.pair({ clock });
  for (let id = 0; id < 150; id++) {
    clock.turn(1);
    await left.sendRequest(id, "");
    // Each has a time of its own then.
    while (right.stats().openReceivedRequests <= id) await scene.pace(1);
  }
  const ids = Array.from({ length: 150 }, (_, id) => id);
  for (const peer of [left, right]) {
    const open = (limit?: number): number[] =>
      peer.openRequests({ limit }).map(({ serviceId }) => serviceId);
    assertEquals(open(), ids.slice(0, 100));
    assertEquals(open(3), [0, 1, 2]);
    assertEquals(open(0), []);
    assertEquals(open(Infinity), ids);
    const error = assertThrows(() => open(-1), RangeError);
    assert(error.message.includes("limit"), error.message);
  }
});
