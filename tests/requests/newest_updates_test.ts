import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { KeepRule } from "../../internal/check_options.ts";
import { UpdateInbox } from "../../peer/requests/update_inbox.ts";
import { Message, MessageHeader, StreamBody } from "../../protocol/mod.ts";
import { FlowScene } from "../flow/support.ts";
import { messageOf, settled } from "./support.ts";

const LIMITS = { messages: 3, cost: 1e9 };

/** A rule, and what its onDrop gets. */
function ruleOf(limit: number): { rule: KeepRule; told: number[] } {
  const told: number[] = [];
  const onDrop = (dropped: number): void => void told.push(dropped);
  return { rule: { limit, onDrop }, told };
}

/** An inbox for the updates of request 7. */
function inboxOf(scene: FlowScene): UpdateInbox<StreamBody> {
  return new UpdateInbox<StreamBody>(scene.context, 7);
}

/** The ids of all that can be taken. */
function takeAll(inbox: UpdateInbox<StreamBody>): number[] {
  const ids: number[] = [];
  for (let next = inbox.take(); next !== undefined; next = inbox.take()) {
    ids.push(next.header.requestId);
  }
  return ids;
}

/** An update with a body that is empty once it is disposed, as large ones are. */
class Emptied extends StreamBody {
  disposed = 0;
  override [Symbol.dispose](): void {
    this.disposed++;
    Object.assign(this, { data: new Uint8Array(0) });
  }
}

function emptiedUpdate(id: number): Message<Emptied> {
  const body = new Emptied(new Uint8Array(1000));
  return new Message(new MessageHeader(3, id, 0), body);
}

Deno.test("The newest updates are kept, in order, and never pause reading", () => {
  const scene = new FlowScene({ requestUpdates: LIMITS, updates: LIMITS });
  const inbox = inboxOf(scene);
  const { rule, told } = ruleOf(5);
  inbox.keep(rule);
  for (let id = 1; id <= 8; id++) {
    assertEquals(inbox.push(messageOf(id)), false);
  }
  assertEquals([inbox.length, told], [5, [1, 2, 3]]);
  assertEquals([scene.flow.pauses, scene.counters.outdatedMessages], [0, 3]);
  assertEquals(takeAll(inbox), [4, 5, 6, 7, 8]);
  assertEquals([inbox.length, inbox.take()], [0, undefined]);
});

Deno.test("What waits already is dropped at once beyond the limit, told once, and reading goes on", () => {
  const scene = new FlowScene({ requestUpdates: LIMITS });
  const inbox = inboxOf(scene);
  const updates = [1, 2, 3, 4].map(emptiedUpdate);
  for (const update of updates) inbox.push(update);
  assertEquals(scene.flow.paused, true);
  const { rule, told } = ruleOf(1);
  inbox.keep(rule);
  assertEquals([scene.flow.paused, inbox.length, told], [false, 1, [3]]);
  assertEquals(updates.map(({ body }) => body.disposed), [1, 1, 1, 0]);
  assertEquals(scene.counters.outdatedMessages, 3);
  inbox.push(messageOf(5));
  assertEquals([told, takeAll(inbox)], [[3, 4], [5]]);
});

Deno.test("What was counted before is uncounted, disposed or not: others pause reading at their own limit", () => {
  const scene = new FlowScene({
    requestUpdates: { messages: 100, cost: 2000 },
    updates: { messages: 100, cost: 2000 },
  });
  const [one, two] = [inboxOf(scene), inboxOf(scene)];
  for (const id of [1, 2]) one.push(emptiedUpdate(id));
  assertEquals(scene.flow.paused, true);
  one.keep({ limit: 1, onDrop: undefined });
  two.push(emptiedUpdate(1));
  assertEquals(scene.flow.paused, false);
  two.push(emptiedUpdate(2));
  assertEquals(scene.flow.paused, true);
  assertEquals([two.clear(), scene.flow.paused], [2, false]);
  assertEquals([one.clear(), one.clear(), scene.flow.paused], [1, 0, false]);
});

Deno.test("An update goes to who waits, and isn't dropped", async () => {
  const scene = new FlowScene();
  const inbox = inboxOf(scene);
  inbox.keep({ limit: 1, onDrop: undefined });
  const waiting = [inbox.wait(), inbox.wait()];
  const updates = [messageOf(1), messageOf(2)];
  for (const update of updates) assertEquals(inbox.push(update), true);
  assertEquals(await Promise.all(waiting), updates);
  assertEquals(scene.counters.outdatedMessages, 0);
  const last = inbox.wait();
  assertEquals(await settled(last), false);
  inbox.finish();
  assertEquals(await last, null);
});

Deno.test("Descriptors of what is dropped are nobody's any more, and those of what waits are closed at the end", () => {
  class WithDescriptors extends Emptied {
    readonly fds = [new Emptied("")];
  }
  const scene = new FlowScene();
  const inbox = inboxOf(scene);
  inbox.keep({ limit: 1, onDrop: undefined });
  const bodies = [1, 2].map(() => new WithDescriptors("x"));
  for (const body of bodies) {
    inbox.push(new Message(new MessageHeader(3, 1, 0), body));
  }
  scene.context.unclaimed.clear();
  assertEquals(bodies.map(({ disposed }) => disposed), [1, 1]);
});

Deno.test("An update that is kept can be asked for by its kind, one that was dropped can't", () => {
  const inbox = inboxOf(new FlowScene());
  inbox.keep({ limit: 2, onDrop: undefined });
  const body = new StreamBody("");
  for (const kind of [11, 12, 13]) {
    inbox.push(new Message(new MessageHeader(3, 7, kind), body));
  }
  assertEquals([11, 12, 13].map((kind) => inbox.has(kind)), [
    false,
    true,
    true,
  ]);
});

Deno.test("The same rule may be given again, with its onDrop or without", () => {
  const inbox = inboxOf(new FlowScene());
  const { rule, told } = ruleOf(2);
  inbox.keep(rule);
  inbox.keep(rule);
  inbox.keep({ limit: 2, onDrop: undefined });
  for (const id of [1, 2, 3]) inbox.push(messageOf(id));
  assertEquals([told, inbox.length], [[1], 2]);
});

Deno.test("Another rule is refused, and the first one holds", () => {
  const inbox = inboxOf(new FlowScene());
  inbox.keep(ruleOf(2).rule);
  assertThrows(
    () => inbox.keep({ limit: 3, onDrop: undefined }),
    TypeError,
    "updates() of request 7 can't have keep: 3: an earlier call has keep: 2, and that holds, with its onDrop, until the request ends",
  );
  assertThrows(
    () => inbox.keep(ruleOf(2).rule),
    TypeError,
    "updates() of request 7 can't have another onDrop",
  );
  for (const id of [1, 2, 3]) inbox.push(messageOf(id));
  assertEquals(takeAll(inbox), [2, 3]);
});

for (
  const [how, fail] of [
    ["throws", (error: Error): void => {
      throw error;
    }],
    ["rejects", (error: Error): Promise<void> => Promise.reject(error)],
  ] as const
) {
  Deno.test(`An onDrop that ${how} is reported, and updates go on`, async () => {
    const scene = new FlowScene();
    const inbox = inboxOf(scene);
    const error = new Error("mistake");
    inbox.keep({ limit: 1, onDrop: () => fail(error) });
    inbox.push(messageOf(1));
    const last = messageOf(2);
    inbox.push(last);
    assertStrictEquals(inbox.take(), last);
    await settled(Promise.resolve());
    assertEquals(scene.reported, [error]);
  });
}

Deno.test("onDrop may drop the rest, and take what is left", () => {
  const inbox = inboxOf(new FlowScene());
  const taken: number[][] = [];
  for (let id = 1; id <= 4; id++) inbox.push(messageOf(id));
  inbox.keep({ limit: 2, onDrop: () => void taken.push(takeAll(inbox)) });
  assertEquals([taken, inbox.length], [[[3, 4]], 0]);
  for (let id = 5; id <= 7; id++) inbox.push(messageOf(id));
  assertEquals([taken, inbox.length], [[[3, 4], [6, 7]], 0]);
});
