import { assert, assertEquals } from "@std/assert";
import { MESSAGE_COST } from "../../internal/cost.ts";
import { settled } from "../requests/support.ts";
import { timeOfDay } from "../support/time_of_day.ts";
import { FlowScene } from "./support.ts";

const ONE = { messages: 1, cost: Infinity };

Deno.test("Reading goes on until something is full", async () => {
  const { flow } = new FlowScene({ inbox: { messages: 2, cost: 10_000 } });
  flow.addToInbox(false, 5);
  assertEquals([flow.paused, flow.reading], [false, { paused: false }]);
  await flow.resumed();
  flow.addToInbox(false, 5);
  assert(flow.paused);
  const resumed = flow.resumed();
  assertEquals(await settled(resumed), false);
  flow.removeFromInbox(false, 5);
  assertEquals(flow.paused, false);
  await resumed;
});

Deno.test("A message costs its body and 256 bytes", () => {
  const limits = { messages: 100, cost: 3 * MESSAGE_COST + 10 };
  const { flow } = new FlowScene({ inbox: limits });
  for (const cost of [0, 0, 9]) flow.addToInbox(false, cost);
  assertEquals(flow.paused, false);
  flow.removeFromInbox(false, 0);
  flow.addToInbox(false, 1);
  assertEquals(flow.paused, true);
});

Deno.test("How long reading was paused doesn't depend on the time of day", () => {
  const { flow, clock } = new FlowScene({ inbox: ONE });
  flow.addToInbox(false, 0);
  clock.turn(100);
  // The clock of the system is set.
  using _set = timeOfDay((ms) => ms - 1e9);
  assertEquals(flow.pausedTime, 100);
  flow.removeFromInbox(false, 0);
  clock.turn(1000);
  assertEquals(flow.pausedTime, 100);
});

Deno.test("What pauses reading is said, with the time since which it does", () => {
  const before = Date.now();
  const { flow } = new FlowScene({
    inbox: ONE,
    requestUpdates: ONE,
    updates: { messages: 2, cost: Infinity },
    refusals: 1000,
  });
  flow.addToInbox(false, 0);
  const { reading } = flow;
  assert(reading.paused && reading.by === "inbox");
  assert(reading.since >= before && reading.since <= Date.now());
  flow.removeFromInbox(false, 0);

  const updates = flow.updatesOf(7);
  flow.addUpdate(updates, 7, 0);
  assert(flow.reading.paused);
  assertEquals(flow.reading.by, { updatesOf: 7 });
  flow.removeUpdates(updates, 1, 0);
  assertEquals(flow.paused, false);

  const messages = flow.messagesOf(8);
  messages.add(0);
  assert(flow.reading.paused);
  assertEquals(flow.reading.by, { stream: 8 });
  messages.remove(1, 0);
  assertEquals(flow.paused, false);

  flow.add("refusal", 1001);
  assert(flow.reading.paused);
  assertEquals(flow.reading.by, "replies");
  flow.written(0, 0, 1);
  assertEquals(flow.paused, false);
});

Deno.test("The updates of all requests together pause reading too", () => {
  const { flow } = new FlowScene({ updates: { messages: 2, cost: Infinity } });
  const gauges = [1, 2].map((id) => flow.updatesOf(id));
  flow.addUpdate(gauges[0]!, 1, 0);
  flow.addUpdate(gauges[1]!, 2, 0);
  assert(flow.reading.paused);
  assertEquals(flow.reading.by, { updatesOf: 2 });
  flow.removeUpdates(gauges[0]!, 1, 0);
  assertEquals(flow.paused, false);
});

Deno.test("Reading is paused until the last cause is gone", async () => {
  const { flow } = new FlowScene({ inbox: ONE, requestUpdates: ONE });
  const gauges = [1, 2].map((id) => flow.updatesOf(id));
  flow.addToInbox(false, 0);
  for (const [i, gauge] of gauges.entries()) flow.addUpdate(gauge, i, 0);
  const resumed = flow.resumed();
  flow.removeUpdates(gauges[0]!, 1, 0);
  flow.removeFromInbox(false, 0);
  assertEquals([flow.paused, await settled(resumed)], [true, false]);
  flow.removeUpdates(gauges[1]!, 1, 0);
  await resumed;
  assertEquals([flow.paused, flow.pauses], [false, 1]);
});

Deno.test("Own sends wait at their mark, and responses don't count there", () => {
  const { flow } = new FlowScene({ own: 100, replies: 1e9 });
  flow.add("reply", 1e6);
  flow.add("refusal", 1e6);
  flow.add("own", 99);
  assertEquals(flow.ownFull, false);
  flow.add("own", 1);
  assertEquals([flow.ownFull, flow.queued], [true, 2e6 + 100]);
  flow.written(50, 0, 0);
  assertEquals(flow.ownFull, false);
});

Deno.test("Requests are withheld while responses are over their mark, and reading goes on", () => {
  const scene = new FlowScene({ replies: 100 });
  const { flow } = scene;
  flow.add("reply", 100);
  assertEquals(flow.withholds, false);
  flow.add("reply", 1);
  assertEquals([flow.withholds, flow.paused], [true, false]);
  flow.written(0, 1, 0);
  assertEquals([flow.withholds, scene.delivered], [false, 1]);
});

Deno.test("While reading is paused responses let go of their bodies, and 4 times as many may be queued", () => {
  const scene = new FlowScene({ inbox: ONE, replies: 100 });
  const { flow } = scene;
  flow.add("reply", 150);
  assertEquals([flow.withholds, scene.detached], [true, 0]);
  flow.addToInbox(false, 0);
  assertEquals([flow.withholds, scene.detached], [false, 1]);
  flow.add("reply", 250);
  assertEquals([flow.withholds, scene.detached], [false, 2]);
  flow.add("reply", 1);
  assertEquals(flow.withholds, true);
  flow.written(0, 1, 0);
  assertEquals(flow.withholds, false);
  flow.removeFromInbox(false, 0);
  assertEquals(flow.withholds, true);
});

Deno.test("Responses let go of their bodies before delivery goes on", () => {
  const scene = new FlowScene({ inbox: ONE, replies: 100 });
  scene.flow.add("reply", 150);
  let detachedBefore = -1;
  scene.onDeliver = () => detachedBefore = scene.detached;
  scene.flow.addToInbox(false, 0);
  assertEquals(detachedBefore, 1);
});

Deno.test("Refusals are counted apart", () => {
  const { flow } = new FlowScene({ replies: 100, refusals: 200 });
  flow.add("refusal", 200);
  assertEquals([flow.withholds, flow.paused], [false, false]);
  flow.add("refusal", 1);
  assertEquals([flow.withholds, flow.paused], [false, true]);
});

Deno.test("A full inbox doesn't pause reading while nobody has ever taken anything and calls wait", () => {
  const scene = new FlowScene({ inbox: ONE });
  const { flow } = scene;
  flow.addToInbox(false, 0);
  assertEquals([flow.paused, flow.overflows], [true, false]);
  scene.openCalls = 1;
  flow.callBegins();
  assertEquals([flow.paused, flow.overflows], [false, true]);
  flow.hasTaker();
  assertEquals([flow.paused, flow.overflows], [true, false]);
});

Deno.test("A full inbox pauses reading with the next message once no call waits any more", () => {
  const scene = new FlowScene({ inbox: ONE });
  const { flow } = scene;
  scene.openCalls = 1;
  flow.addToInbox(false, 0);
  assertEquals([flow.paused, flow.overflows], [false, true]);
  scene.openCalls = 0;
  flow.addToInbox(false, 0);
  assertEquals([flow.paused, flow.overflows], [true, false]);
});

Deno.test("Requests that fill the inbox pause reading though calls wait and nobody has ever taken anything", () => {
  const scene = new FlowScene({ inbox: { messages: 2, cost: Infinity } });
  const { flow } = scene;
  scene.openCalls = 1;
  flow.addToInbox(false, 0);
  flow.addToInbox(true, 0);
  assertEquals(flow.paused, false);
  flow.addToInbox(true, 0);
  assertEquals(flow.paused, true);
});

Deno.test("Once it is released nothing pauses or withholds", async () => {
  const scene = new FlowScene({ inbox: ONE, replies: 10 });
  const { flow } = scene;
  flow.addToInbox(false, 0);
  flow.add("reply", 100);
  const resumed = flow.resumed();
  flow.release();
  await resumed;
  assertEquals([flow.paused, flow.withholds], [false, false]);
  flow.addToInbox(false, 0);
  flow.add("reply", 1000);
  assertEquals([flow.paused, flow.withholds], [false, false]);
});
