/** What updates and subscriptions that wait keep in memory, and how they are taken without waiting. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { UpdateInbox } from "../../peer/requests/update_inbox.ts";
import { Subscription } from "../../peer/streams/subscription.ts";
import {
  Message,
  MessageHeader,
  MessageType,
  StreamBody,
} from "../../protocol/mod.ts";
import { FlowScene } from "../flow/support.ts";

const SLAB = 256 * 1024;
/** The memory that short bodies share. */
const SHARED = 4 * 1024;

/** A message whose body is a part of a buffer, and tells which by its bytes. */
function update(
  buffer: ArrayBuffer,
  index: number,
  length: number,
): Message<StreamBody> {
  const at = buffer.byteLength === SLAB ? 1024 * index : 0;
  const data = new Uint8Array(buffer, at, length).fill(index + 1);
  const header = new MessageHeader(MessageType.ResponderUpdate, 1, 1);
  return new Message(header, new StreamBody(data));
}

/** How much memory bodies keep together: each buffer once. */
function kept(messages: readonly Message<StreamBody>[]): number {
  const buffers = new Set(messages.map(({ body }) => body.data.buffer));
  return [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Takes all that wait. */
function takeAll(inbox: UpdateInbox<StreamBody>): Message<StreamBody>[] {
  const taken: Message<StreamBody>[] = [];
  for (;;) {
    const message = inbox.take();
    if (message === undefined) return taken;
    taken.push(message);
  }
}

Deno.test("One small update of each of many requests keeps one buffer, and not one each", () => {
  const { context } = new FlowScene();
  const inboxes = Array.from(
    { length: 500 },
    (_, id) => new UpdateInbox<StreamBody>(context, id),
  );
  for (const [i, inbox] of inboxes.entries()) {
    inbox.push(update(new ArrayBuffer(SLAB), i % 200, 8));
  }
  const messages = inboxes.flatMap(takeAll);
  for (const [i, { body }] of messages.entries()) {
    assertEquals(body.data, new Uint8Array(8).fill(i % 200 + 1));
  }
  assertEquals(messages.length, 500);
  assert(kept(messages) <= SLAB + 3 * SHARED, `${kept(messages)} bytes`);
});

Deno.test("What is left of a buffer moves, whatever was taken of it and whatever waits between", () => {
  const { context } = new FlowScene();
  const inbox = new UpdateInbox<StreamBody>(context, 1);
  const buffers = Array.from({ length: 8 }, () => new ArrayBuffer(SLAB));
  const taken: Message<StreamBody>[] = [];
  let pushed = 0;
  for (const buffer of buffers) {
    for (let i = 0; i < 4; i++) inbox.push(update(buffer, pushed++, 16));
    // It is worth the buffer that it has.
    inbox.push(update(new ArrayBuffer(1000), pushed++, 900));
    inbox.push(update(buffer, pushed++, 16));
    taken.push(inbox.take()!, inbox.take()!);
  }
  const waiting = takeAll(inbox);
  for (const [i, { body }] of [...taken, ...waiting].entries()) {
    assertEquals(body.data, new Uint8Array(body.data.length).fill(i + 1));
  }
  const large = waiting.filter(({ body }) => body.data.length === 900);
  assertEquals(kept(large), 1000 * large.length);
  const small = waiting.filter(({ body }) => body.data.length === 16);
  assert(kept(small) <= SLAB + SHARED, `${kept(small)} bytes`);
});

Deno.test("An update that was taken, or waited in the newest buffer only, isn't copied", () => {
  const { context } = new FlowScene();
  const inbox = new UpdateInbox<StreamBody>(context, 1);
  const buffer = new ArrayBuffer(SLAB);
  const messages = Array.from({ length: 100 }, (_, i) => update(buffer, i, 8));
  const before = messages.map(({ body }) => body.data);
  for (const message of messages) inbox.push(message);
  takeAll(inbox);
  inbox.push(update(new ArrayBuffer(SLAB), 0, 8));
  for (const [i, { body }] of messages.entries()) {
    assertStrictEquals(body.data, before[i]);
  }
});

Deno.test("Updates that were dropped aren't copied later", () => {
  const { context } = new FlowScene();
  const inbox = new UpdateInbox<StreamBody>(context, 1);
  const message = update(new ArrayBuffer(SLAB), 0, 8);
  const { data } = message.body;
  inbox.push(message);
  assertEquals(inbox.clear(), 1);
  inbox.push(update(new ArrayBuffer(SLAB), 0, 8));
  assertStrictEquals(message.body.data, data);
});

Deno.test("With keep, updates that waited before leave their buffer too", () => {
  const { context } = new FlowScene();
  const inbox = new UpdateInbox<StreamBody>(context, 1);
  inbox.push(update(new ArrayBuffer(SLAB), 1, 8));
  inbox.keep({ limit: 2, onDrop: undefined });
  inbox.push(update(new ArrayBuffer(SLAB), 2, 8));
  const messages = takeAll(inbox);
  assertEquals(messages.map(({ body }) => body.data[0]), [2, 3]);
  assert(kept(messages) <= SHARED);
});

Deno.test("Messages of subscriptions leave their buffers once another one is read into", async () => {
  const { flow } = new FlowScene();
  const subscriptions = Array.from(
    { length: 50 },
    (_, id) =>
      new Subscription<StreamBody>(id, () => flow.messagesOf(id), {}, {
        memory: flow.memory,
        over: () => {},
        dropped: () => {},
        report: () => {},
      }),
  );
  for (const [i, subscription] of subscriptions.entries()) {
    subscription.push(update(new ArrayBuffer(SLAB), i, 8));
  }
  const messages: Message<StreamBody>[] = [];
  for (const subscription of subscriptions) {
    messages.push((await subscription.next()).value!);
  }
  assertEquals(
    messages.map(({ body }) => body.data[0]),
    [
      ...Array(50).keys(),
    ].map((i) => i + 1),
  );
  assert(kept(messages) <= SLAB + SHARED, `${kept(messages)} bytes`);
});

Deno.test("Updates whose buffer was transferred don't pause reading for good", () => {
  const { flow, context } = new FlowScene({
    requestUpdates: { messages: 100, cost: 1000 },
  });
  const inbox = new UpdateInbox<StreamBody>(context, 1);
  for (let i = 0; i < 5; i++) {
    const buffer = new ArrayBuffer(SLAB);
    inbox.push(update(buffer, 0, 600));
    buffer.transfer();
    assertEquals(takeAll(inbox).length, 1);
  }
  assertEquals(flow.paused, false);
});
