import { assertEquals, assertStrictEquals } from "@std/assert";
import { Inbox, type InboxItem } from "../../peer/flow/inbox.ts";
import { ReadGate } from "../../peer/flow/read_gate.ts";
import type { StreamBody } from "../../protocol/mod.ts";
import { messageOf, settled } from "../requests/support.ts";

/** An inbox, and items for it. */
function scene(
  messages = 100,
  count = 3,
): [Inbox<StreamBody>, InboxItem<StreamBody>[], ReadGate] {
  const gate = new ReadGate();
  const inbox = new Inbox<StreamBody>({ messages, bytes: 1000 }, gate);
  const items = Array.from({ length: count }, (_, i) => ({
    kind: "stream" as const,
    message: messageOf(i + 1),
  }));
  return [inbox, items, gate];
}

Deno.test("A paused inbox hands nothing over", async () => {
  const [inbox, items] = scene();
  const waiting = inbox.next();
  inbox.pause(true);
  for (const item of items) inbox.push(item);
  assertEquals(inbox.take(), undefined);
  const late = inbox.next();
  assertEquals([await settled(waiting), await settled(late)], [false, false]);
  assertEquals(inbox.length, 3);

  inbox.pause(false);
  assertStrictEquals(await waiting, items[0]);
  assertStrictEquals(await late, items[1]);
  assertStrictEquals(inbox.take(), items[2]);
});

Deno.test("A paused inbox holds twice as much before it shuts its gate", () => {
  const [inbox, items, gate] = scene(2, 4);
  inbox.pause(true);
  for (const item of items.slice(0, 3)) inbox.push(item);
  assertEquals(gate.shut, false);
  inbox.push(items[3]!);
  assertEquals(gate.shut, true);
  inbox.pause(false);
  inbox.take();
  inbox.take();
  assertEquals(gate.shut, true);
  inbox.take();
  assertEquals(gate.shut, false);
});

Deno.test("An inbox that goes on opens its gate by what those that wait take", async () => {
  const [inbox, items, gate] = scene(2, 4);
  inbox.pause(true);
  const waiting = [inbox.next(), inbox.next()];
  for (const item of items) inbox.push(item);
  assertEquals(gate.shut, true);
  inbox.pause(false);
  assertEquals(await Promise.all(waiting), items.slice(0, 2));
  assertEquals(gate.shut, true);
  inbox.take();
  assertEquals(gate.shut, false);
});

Deno.test("An inbox that goes on with nothing in it lets those that wait go on waiting", async () => {
  const [inbox, items] = scene();
  inbox.pause(true);
  const waiting = inbox.next();
  inbox.pause(false);
  assertEquals(await settled(waiting), false);
  inbox.push(items[0]!);
  assertStrictEquals(await waiting, items[0]);
});

Deno.test("Pausing twice is pausing once", () => {
  const [inbox, items] = scene();
  inbox.pause(true);
  inbox.pause(true);
  inbox.push(items[0]!);
  inbox.pause(false);
  assertStrictEquals(inbox.take(), items[0]);
});

Deno.test("The end of a paused inbox hands over what is there, and no pause holds it after that", async () => {
  const [inbox, items] = scene();
  inbox.pause(true);
  const waiting = [inbox.next(), inbox.next(), inbox.next(), inbox.next()];
  for (const item of items) inbox.push(item);
  inbox.end(null);
  assertEquals(await Promise.all(waiting), [...items, null]);
  inbox.pause(true);
  assertEquals(await inbox.next(), null);
});
