import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Inbox, type InboxItem } from "../../peer/flow/inbox.ts";
import { ReadGate } from "../../peer/flow/read_gate.ts";
import { RpcError, type StreamBody } from "../../protocol/mod.ts";
import { messageOf, settled } from "../requests/support.ts";

type Item = InboxItem<StreamBody>;

/** An inbox, and its gate. */
function scene(messages = 100, bytes = 1000): [Inbox<StreamBody>, ReadGate] {
  const gate = new ReadGate();
  return [new Inbox<StreamBody>({ messages, bytes }, gate), gate];
}

function item(id = 0, bodyLen = 0): Item {
  return { kind: "stream", message: messageOf(id, bodyLen) };
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

Deno.test("An item goes to who waits first, and isn't kept", async () => {
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

Deno.test("The gate is shut while as many messages wait as the limit says", () => {
  const [inbox, gate] = scene(2);
  inbox.push(item());
  assertEquals(gate.shut, false);
  inbox.push(item());
  assertEquals(gate.shut, true);
  inbox.push(item());
  inbox.take();
  assertEquals(gate.shut, true);
  inbox.take();
  assertEquals(gate.shut, false);
  inbox.take();
  assertEquals([gate.shut, gate.pauses], [false, 1]);
});

Deno.test("Non-fatal errors count as messages", () => {
  const [inbox, gate] = scene(2);
  inbox.push(nonFatal());
  inbox.push(nonFatal());
  assertEquals(gate.shut, true);
});

Deno.test("The gate is shut while as many bytes wait as the limit says", () => {
  const [inbox, gate] = scene(100, 10);
  inbox.push(item(1, 9));
  assertEquals(gate.shut, false);
  inbox.push(item(2, 1));
  assertEquals(gate.shut, true);
  inbox.take();
  assertEquals(gate.shut, false);
  inbox.push(item(3, 5000));
  assertEquals(gate.shut, true);
  inbox.take();
  inbox.take();
  assertEquals(gate.shut, false);
});

Deno.test("What goes to who waits shuts no gate", async () => {
  const [inbox, gate] = scene(1, 1);
  const waiting = inbox.next();
  inbox.push(item(1, 50));
  assertEquals(gate.shut, false);
  await waiting;
});

Deno.test("Clearing gives all that is left, and opens the gate", () => {
  const [inbox, gate] = scene(2, 10);
  const items = [item(1, 20), item(2), item(3)];
  for (const one of items) inbox.push(one);
  assertEquals(inbox.clear(), items);
  assertEquals([gate.shut, inbox.length], [false, 0]);
  inbox.push(item(4, 9));
  assertEquals(gate.shut, false);
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
