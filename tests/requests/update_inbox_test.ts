import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { MESSAGE_COST } from "../../internal/cost.ts";
import type { FlowControl } from "../../peer/flow/flow_control.ts";
import { UpdateInbox } from "../../peer/requests/update_inbox.ts";
import { Message, MessageHeader, StreamBody } from "../../protocol/mod.ts";
import { FlowScene } from "../flow/support.ts";
import { messageOf, settled } from "./support.ts";

/** An inbox for updates, and what counts it. */
function scene(
  messages = 100,
  bytes = 100_000,
): [UpdateInbox<StreamBody>, FlowControl] {
  const requestUpdates = { messages, cost: bytes };
  const { flow, context } = new FlowScene({ requestUpdates });
  return [new UpdateInbox<StreamBody>(context, 1), flow];
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

Deno.test("An update goes to the one that waits first, and isn't kept", async () => {
  const [inbox, flow] = scene(1, 1);
  const [first, second] = [inbox.wait(), inbox.wait()];
  const update = messageOf(1, 50);
  assertEquals(inbox.push(update), true);
  assertEquals([inbox.length, flow.paused], [0, false]);
  assertStrictEquals(await first, update);
  assertEquals(await settled(second), false);
  inbox.finish();
  assertEquals(await second, null);
});

Deno.test("Reading is paused while too many updates wait, or too many bytes of them", () => {
  const [inbox, flow] = scene(2, MESSAGE_COST + 10);
  inbox.push(messageOf(1, 3));
  assertEquals(flow.paused, false);
  inbox.push(messageOf(2, 3));
  assertEquals(flow.paused, true);
  inbox.push(messageOf(3, 10));
  inbox.take();
  inbox.take();
  assertEquals([inbox.length, flow.paused], [1, true]);
  inbox.take();
  assertEquals([flow.paused, flow.pauses], [false, 1]);
  inbox.push(messageOf(4, 9));
  assertEquals(flow.paused, false);
});

Deno.test("Two requests that are full pause reading until both are taken", () => {
  const { flow, context } = new FlowScene({
    requestUpdates: { messages: 1, cost: 1000 },
  });
  const [one, two] = [1, 2].map((id) =>
    new UpdateInbox<StreamBody>(context, id)
  ) as [UpdateInbox<StreamBody>, UpdateInbox<StreamBody>];
  one.push(messageOf(1));
  two.push(messageOf(2));
  one.take();
  assertEquals(flow.paused, true);
  two.take();
  assertEquals(flow.paused, false);
});

Deno.test("Clearing drops what is left, disposes it, says how many, and reading goes on", () => {
  let disposed = 0;
  class CountedBody extends StreamBody {
    override [Symbol.dispose](): void {
      disposed++;
    }
  }
  const [inbox, flow] = scene(3, MESSAGE_COST + 10);
  for (let i = 0; i < 3; i++) {
    const body = new CountedBody("12345");
    inbox.push(new Message(new MessageHeader(3, i, 0), body));
  }
  inbox.take();
  assertEquals(flow.paused, true);
  assertEquals(inbox.clear(), 2);
  assertEquals([disposed, inbox.length, flow.paused], [2, 0, false]);
  assertEquals(inbox.clear(), 0);
  inbox.push(messageOf(4, 9));
  assertEquals(flow.paused, false);
});

Deno.test("What was dropped is held by nothing, and disposed once", () => {
  let disposed = 0;
  class BodyWithFds extends StreamBody {
    readonly fds = [{ [Symbol.dispose]() {} }];
    override [Symbol.dispose](): void {
      disposed++;
    }
  }
  const { context } = new FlowScene();
  const inbox = new UpdateInbox<StreamBody>(context, 1);
  const push = (): boolean =>
    inbox.push(new Message(new MessageHeader(3, 1, 0), new BodyWithFds("")));
  push();
  assertEquals(inbox.clear(), 1);
  context.unclaimed.clear();
  assertEquals(disposed, 1);
  // One that waits is disposed with the connection.
  push();
  context.unclaimed.clear();
  assertEquals(disposed, 2);
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
