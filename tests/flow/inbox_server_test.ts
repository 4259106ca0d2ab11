/** A server gets what comes in one microtask, without that it counts in the inbox. */
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Inbox, type InboxItem } from "../../peer/flow/inbox.ts";
import type { FlowLimits } from "../../peer/flow/flow_control.ts";
import { RpcError, StreamBody } from "../../protocol/mod.ts";
import { messageOf, settled } from "../requests/support.ts";
import { FlowScene } from "./support.ts";

/** An inbox, and a server that takes until it is told not to. */
function scene(limits: Partial<FlowLimits> = {}) {
  const flowScene = new FlowScene(limits);
  const inbox = new Inbox<InboxItem>(flowScene.flow);
  flowScene.onDeliver = () => inbox.deliver();
  const taken: InboxItem[] = [];
  const server = {
    goesOn: true,
    take(item: InboxItem): boolean {
      taken.push(item);
      return this.goesOn;
    },
  };
  return { inbox, flow: flowScene.flow, taken, server };
}

function item(id = 0): InboxItem {
  return { kind: "stream", message: messageOf(id, 0) };
}

function request(): InboxItem {
  const body = new StreamBody();
  return { kind: "request", body, request: { metadataCost: 0 } };
}

Deno.test("A server that waits gets all items of a read in a microtask, and none is counted", async () => {
  const { inbox, flow, taken, server } = scene({
    inbox: { messages: 1, cost: Infinity },
  });
  const serving = inbox.serve(server);
  const items = [item(1), request(), item(2)];
  for (const one of items) inbox.push(one);
  assertEquals([taken, inbox.length], [[], 3]);
  await Promise.resolve();
  assertEquals([taken, inbox.length, flow.pauses], [items, 0, 0]);
  assertEquals(await settled(serving), false);
});

Deno.test("A server that takes no more gets nothing until it waits again", async () => {
  const { inbox, taken, server } = scene();
  server.goesOn = false;
  const serving = inbox.serve(server);
  const items = [item(1), item(2)];
  for (const one of items) inbox.push(one);
  assertEquals(await serving, true);
  assertEquals([taken, inbox.length], [[items[0]!], 1]);
  assertStrictEquals(inbox.take(), items[1]);
  inbox.serve(server);
  const third = item(3);
  inbox.push(third);
  await Promise.resolve();
  assertStrictEquals(taken[1], third);
});

Deno.test("What is withheld is kept, and a server is told when it can be taken", async () => {
  const { inbox, flow, taken, server } = scene({ replies: 10 });
  const serving = inbox.serve(server);
  flow.add("reply", 11);
  const items = [request(), item(1)];
  for (const one of items) inbox.push(one);
  assertEquals([await settled(serving), taken, inbox.length], [false, [], 2]);
  flow.written(0, 11, 0);
  assertEquals(await serving, true);
  // It takes them by itself. Nothing that comes meanwhile overtakes them.
  inbox.push(item(2));
  assertEquals([taken, inbox.length], [[], 3]);
  assertStrictEquals(inbox.take(), items[0]);
});

Deno.test("What is behind a withheld request that is taken out is for the server", async () => {
  const { inbox, flow, server } = scene({ replies: 10 });
  const serving = inbox.serve(server);
  flow.add("reply", 11);
  const items = [request(), item(1)];
  for (const one of items) inbox.push(one);
  assertStrictEquals(inbox.takeWithheld(), items[0]);
  assertEquals(await serving, true);
  assertStrictEquals(inbox.take(), items[1]);
});

Deno.test("A server waits until the end, and no longer", async () => {
  const { inbox, server } = scene();
  const serving = inbox.serve(server);
  assertEquals(await settled(serving), false);
  inbox.end(null);
  assertEquals([await serving, await inbox.serve(server)], [false, false]);
});

Deno.test("A server that waits is failed by an error, and by a reader that is gone", async () => {
  const error = new RpcError("connection-aborted", "Reset", { fatal: true });
  for (const end of ["end", "abandon"] as const) {
    const { inbox, taken, server } = scene();
    const serving = inbox.serve(server);
    inbox[end](error);
    for (const wait of [serving, inbox.serve(server)]) {
      assertStrictEquals(await assertRejects(() => wait), error);
    }
    inbox.push(item());
    assertEquals(taken, []);
  }
});

Deno.test("What a server hasn't got yet can be taken out, and dropped", async () => {
  const { inbox, taken, server } = scene();
  inbox.serve(server);
  const items = [item(1), item(2), item(3)];
  for (const one of items) inbox.push(one);
  assertStrictEquals(inbox.remove((one) => one === items[1]), items[1]);
  await Promise.resolve();
  assertEquals(taken, [items[0]!, items[2]!]);
  inbox.push(items[0]!);
  assertEquals(inbox.clear(), [items[0]!]);
  await Promise.resolve();
  assertEquals([taken.length, inbox.length], [2, 0]);
});

Deno.test("What a server drops while it takes isn't what it has got", async () => {
  const { inbox, taken } = scene();
  const dropped: InboxItem[] = [];
  inbox.serve({
    take(item) {
      taken.push(item);
      dropped.push(...inbox.clear());
      return true;
    },
  });
  const items = [item(1), item(2), item(3)];
  for (const one of items) inbox.push(one);
  await Promise.resolve();
  assertEquals([taken, dropped], [[items[0]!], [items[1]!, items[2]!]]);
});

Deno.test("Requests that are withheld from a server meanwhile are kept in their order", async () => {
  const { inbox, flow, taken } = scene({ replies: 10 });
  const serving = inbox.serve({
    take(item) {
      taken.push(item);
      flow.add("reply", 11);
      return true;
    },
  });
  const items = [request(), request(), item(1)];
  for (const one of items) inbox.push(one);
  await Promise.resolve();
  assertEquals([taken, inbox.length], [[items[0]!], 2]);
  flow.written(0, 11, 0);
  assertEquals(await serving, true);
  assertEquals([inbox.take(), inbox.take()], [items[1], items[2]]);
});

Deno.test("The end comes behind what a server gets", async () => {
  const { inbox, taken, server } = scene();
  const serving = inbox.serve(server);
  const one = item(1);
  inbox.push(one);
  inbox.end(null);
  assertEquals([await serving, taken], [false, [one]]);
});
