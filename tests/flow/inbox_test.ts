import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Inbox, type InboxItem } from "../../peer/flow/inbox.ts";
import type { FlowControl, FlowLimits } from "../../peer/flow/flow_control.ts";
import { MESSAGE_COST } from "../../internal/cost.ts";
import { RpcError, StreamBody } from "../../protocol/mod.ts";
import { messageOf, settled } from "../requests/support.ts";
import { FlowScene } from "./support.ts";

/** An inbox, and what counts it. */
function scene(
  messages = 100,
  bytes = 1000,
  limits: Partial<FlowLimits> = {},
): [Inbox<InboxItem>, FlowControl] {
  const cost = messages * MESSAGE_COST + bytes;
  const { flow, inbox } = sceneWith({ inbox: { messages, cost }, ...limits });
  return [inbox, flow];
}

function sceneWith(
  limits: Partial<FlowLimits>,
): { flow: FlowControl; inbox: Inbox<InboxItem> } {
  const scene = new FlowScene(limits);
  const { flow } = scene;
  const inbox = new Inbox<InboxItem>(flow);
  scene.onDeliver = () => inbox.deliver();
  return { flow, inbox };
}

function item(id = 0, bodyLen = 0): InboxItem {
  return { kind: "stream", message: messageOf(id, bodyLen) };
}

function request(): InboxItem {
  return {
    kind: "request",
    body: new StreamBody(),
    request: { metadataCost: 0 },
  };
}

function nonFatal(): RpcError {
  return new RpcError("duplicate-request-id", "Request 7 is open");
}

Deno.test("Items are taken in the order they came, errors among them", async () => {
  const [inbox] = scene();
  const items = [item(1), nonFatal(), item(2)];
  for (const one of items) inbox.push(one);
  assertEquals(inbox.length, 3);
  assertStrictEquals(inbox.take(), items[0]);
  assertStrictEquals(await inbox.next(), items[1]);
  assertStrictEquals(await inbox.next(), items[2]);
  assertEquals(inbox.length, 0);
  assertEquals(inbox.take(), undefined);
});

Deno.test("An item goes to the one that waits first, and isn't kept", async () => {
  const [inbox] = scene();
  const [first, second] = [inbox.next(), inbox.next()];
  const items = [item(1), item(2)] as const;
  inbox.push(items[0]);
  assertEquals(inbox.length, 0);
  assertStrictEquals(await first, items[0]);
  assertEquals(await settled(second), false);
  inbox.push(items[1]);
  assertStrictEquals(await second, items[1]);
});

Deno.test("An aborted wait takes nothing", async () => {
  const [inbox] = scene();
  const aborter = new AbortController();
  const waiting = inbox.next(aborter.signal);
  const reason = new Error("enough");
  aborter.abort(reason);
  assertStrictEquals(await assertRejects(() => waiting), reason);
  const one = item(1);
  inbox.push(one);
  const late = inbox.next(aborter.signal);
  assertStrictEquals(await assertRejects(() => late), reason);
  assertStrictEquals(inbox.take(), one);
});

Deno.test("Reading is paused while as many messages wait as the limit says", () => {
  const [inbox, flow] = scene(2);
  inbox.push(item());
  assertEquals(flow.paused, false);
  inbox.push(item());
  assertEquals(flow.paused, true);
  inbox.push(item());
  inbox.take();
  assertEquals(flow.paused, true);
  inbox.take();
  assertEquals(flow.paused, false);
  inbox.take();
  assertEquals([flow.paused, flow.pauses], [false, 1]);
});

Deno.test("Non-fatal errors count as messages", () => {
  const [inbox, flow] = scene(2);
  inbox.push(nonFatal());
  inbox.push(nonFatal());
  assertEquals(flow.paused, true);
});

Deno.test("Reading is paused while items wait that cost what the limit says", () => {
  const inboxLimits = { messages: 100, cost: 2 * MESSAGE_COST + 10 };
  const { inbox, flow } = sceneWith({ inbox: inboxLimits });
  inbox.push(item(1, 9));
  assertEquals(flow.paused, false);
  inbox.push(item(2, 1));
  assertEquals(flow.paused, true);
  inbox.take();
  assertEquals(flow.paused, false);
  inbox.push(item(3, 5000));
  assertEquals(flow.paused, true);
  inbox.take();
  inbox.take();
  assertEquals(flow.paused, false);
});

Deno.test("An item that is taken at once pauses nothing", async () => {
  const [inbox, flow] = scene(1, 1);
  const waiting = inbox.next();
  inbox.push(item(1, 50));
  assertEquals(flow.paused, false);
  await waiting;
});

Deno.test("Clearing gives all that is left, and reading goes on", () => {
  const [inbox, flow] = scene(2, 10);
  const items = [item(1, 20), item(2), item(3)];
  for (const one of items) inbox.push(one);
  assertEquals(inbox.clear(), items);
  assertEquals([flow.paused, inbox.length], [false, 0]);
  inbox.push(item(4, 9));
  assertEquals(flow.paused, false);
});

Deno.test("After a clean end what is left is taken, and then null for ever", async () => {
  const [inbox] = scene();
  const one = item(1);
  inbox.push(one);
  inbox.end(null);
  assertStrictEquals(await inbox.next(), one);
  assertEquals([await inbox.next(), await inbox.next()], [null, null]);
});

Deno.test("After a fatal error what is left is taken, and then the same error for ever", async () => {
  const [inbox] = scene();
  const one = item(1);
  inbox.push(one);
  const error = new RpcError("connection-aborted", "Reset", { fatal: true });
  inbox.end(error);
  assertStrictEquals(await inbox.next(), one);
  for (let round = 0; round < 3; round++) {
    assertStrictEquals(await assertRejects(() => inbox.next()), error);
  }
});

Deno.test("An end settles all that wait, and the first end counts", async () => {
  const [inbox] = scene();
  const waiting = [inbox.next(), inbox.next(new AbortController().signal)];
  inbox.end(null);
  inbox.end(new RpcError("connection-aborted", "Reset", { fatal: true }));
  assertEquals(await Promise.all(waiting), [null, null]);
  assertEquals(await inbox.next(), null);

  const [other] = scene();
  const lost = [other.next(), other.next()];
  const error = new RpcError("connection-aborted", "Reset", { fatal: true });
  other.end(error);
  other.end(null);
  for (const result of await Promise.allSettled(lost)) {
    assertEquals(result, { status: "rejected", reason: error });
  }
});

Deno.test("Requests that are withheld stay, in front of what is behind them", async () => {
  const { inbox, flow } = sceneWith({ replies: 10 });
  const items = [item(1), request(), item(2)];
  flow.add("reply", 11);
  for (const one of items) inbox.push(one);
  assertStrictEquals(inbox.take(), items[0]);
  const waiting = [inbox.next(), inbox.next()];
  assertEquals([inbox.take(), await settled(waiting[0]!)], [undefined, false]);
  flow.written(0, 1, 0);
  assertStrictEquals(await waiting[0], items[1]);
  assertStrictEquals(await waiting[1], items[2]);
});

Deno.test("A request that comes while requests are withheld isn't given to those that wait", async () => {
  const { inbox, flow } = sceneWith({ replies: 10 });
  const waiting = inbox.next();
  flow.add("reply", 11);
  const one = request();
  inbox.push(one);
  // Nor does what comes behind it overtake it.
  inbox.push(item());
  assertEquals([await settled(waiting), inbox.length], [false, 2]);
  flow.written(0, 11, 0);
  assertStrictEquals(await waiting, one);
});

Deno.test("The request at the head can be taken out while it is withheld, and only then", () => {
  const { inbox, flow } = sceneWith({ replies: 10 });
  const items = [request(), item()];
  for (const one of items) inbox.push(one);
  assertEquals(inbox.takeWithheld(), null);
  flow.add("reply", 11);
  assertStrictEquals(inbox.takeWithheld(), items[0]);
  assertEquals([inbox.takeWithheld(), inbox.length], [null, 1]);
});

Deno.test("What is behind a request that is taken out goes to those that wait", async () => {
  const { inbox, flow } = sceneWith({ replies: 10 });
  flow.add("reply", 11);
  const items = [request(), item(1), request(), item(2)] as const;
  const waiting = [inbox.next(), inbox.next()] as const;
  for (const one of items) inbox.push(one);
  assertStrictEquals(inbox.takeWithheld(), items[0]);
  assertStrictEquals(await waiting[0], items[1]);
  // A request that is cancelled before it is taken is taken out, too.
  assertStrictEquals(inbox.remove((one) => one === items[2]), items[2]);
  assertStrictEquals(await waiting[1], items[3]);
  assertEquals(inbox.length, 0);
});

Deno.test("After the end those that wait get what is withheld first, and then the end", async () => {
  const { inbox, flow } = sceneWith({ replies: 10 });
  flow.add("reply", 11);
  const one = request();
  inbox.push(one);
  const waiting = [inbox.next(), inbox.next()];
  inbox.end(null);
  assertEquals(await settled(waiting[1]!), false);
  flow.release();
  assertStrictEquals(await waiting[0], one);
  assertEquals(await waiting[1], null);
});
