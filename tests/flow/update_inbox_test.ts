import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { ReadGate } from "../../peer/flow/read_gate.ts";
import { UpdateInbox } from "../../peer/flow/update_inbox.ts";
import { Message, MessageHeader, StreamBody } from "../../protocol/mod.ts";
import { messageOf, settled } from "../requests/support.ts";

/** An inbox for updates, and its gate. */
function scene(
  messages = 100,
  bytes = 1000,
): [UpdateInbox<StreamBody>, ReadGate] {
  const gate = new ReadGate();
  return [new UpdateInbox<StreamBody>({ messages, bytes }, gate), gate];
}

Deno.test("Updates are taken in the order they came", () => {
  const [inbox] = scene();
  const updates = [messageOf(1), messageOf(2)] as const;
  assertEquals(inbox.take(), undefined);
  assertEquals(updates.map((update) => inbox.push(update)), [false, false]);
  assertEquals(inbox.length, 2);
  assertStrictEquals(inbox.take(), updates[0]);
  assertStrictEquals(inbox.take(), updates[1]);
  assertEquals([inbox.take(), inbox.length], [undefined, 0]);
});

Deno.test("An update goes to who waits first, and isn't kept", async () => {
  const [inbox, gate] = scene(1, 1);
  const [first, second] = [inbox.wait(), inbox.wait()];
  const update = messageOf(1, 50);
  assertEquals(inbox.push(update), true);
  assertEquals([inbox.length, gate.shut], [0, false]);
  assertStrictEquals(await first, update);
  assertEquals(await settled(second), false);
  inbox.finish();
  assertEquals(await second, null);
});

Deno.test("The gate is shut while too many updates wait, or too many bytes of them", () => {
  const [inbox, gate] = scene(2, 10);
  inbox.push(messageOf(1, 3));
  assertEquals(gate.shut, false);
  inbox.push(messageOf(2, 3));
  assertEquals(gate.shut, true);
  inbox.push(messageOf(3, 10));
  inbox.take();
  inbox.take();
  assertEquals([inbox.length, gate.shut], [1, true]);
  inbox.take();
  assertEquals([gate.shut, gate.pauses], [false, 1]);
  inbox.push(messageOf(4, 9));
  assertEquals(gate.shut, false);
});

Deno.test("Two requests that are full hold one gate until both are taken", () => {
  const gate = new ReadGate();
  const limits = { messages: 1, bytes: 100 };
  const [one, two] = [
    new UpdateInbox<StreamBody>(limits, gate),
    new UpdateInbox<StreamBody>(limits, gate),
  ];
  one.push(messageOf(1));
  two.push(messageOf(2));
  one.take();
  assertEquals(gate.shut, true);
  two.take();
  assertEquals(gate.shut, false);
});

Deno.test("Clearing drops what is left, disposes it, says how many, and opens the gate", () => {
  let disposed = 0;
  class CountedBody extends StreamBody {
    override [Symbol.dispose](): void {
      disposed++;
    }
  }
  const [inbox, gate] = scene(3, 10);
  for (let i = 0; i < 3; i++) {
    const body = new CountedBody("12345");
    inbox.push(new Message(new MessageHeader(3, i, 0), body));
  }
  inbox.take();
  assertEquals(gate.shut, true);
  assertEquals(inbox.clear(), 2);
  assertEquals([disposed, inbox.length, gate.shut], [2, 0, false]);
  assertEquals(inbox.clear(), 0);
  inbox.push(messageOf(4, 9));
  assertEquals(gate.shut, false);
});

Deno.test("finish() gives null to all that wait, and fail() its reason", async () => {
  const [inbox] = scene();
  const none = [inbox.wait(), inbox.wait()];
  inbox.finish();
  assertEquals(await Promise.all(none), [null, null]);
  const lost = [inbox.wait(), inbox.wait()];
  const reason = new Error("reset");
  inbox.fail(reason);
  for (const result of await Promise.allSettled(lost)) {
    assertEquals(result, { status: "rejected", reason });
  }
});

Deno.test("An aborted wait takes nothing", async () => {
  const [inbox] = scene();
  const aborter = new AbortController();
  const waiting = inbox.wait(aborter.signal);
  const reason = new Error("enough");
  aborter.abort(reason);
  assertStrictEquals(await assertRejects(() => waiting), reason);
  const update = messageOf(1);
  assertEquals(inbox.push(update), false);
  assertStrictEquals(inbox.take(), update);
});
