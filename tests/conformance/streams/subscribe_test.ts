/** Subscriptions: which messages go to them, and which go on to the inbox. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { nextStream } from "../../support/expect.ts";
import { until } from "../../support/stats.ts";

conformance(
  "a subscription takes the messages of its stream, and the inbox the others",
  async (scene) => {
    const [left, right] = await scene.pair();
    const seventh = right.subscribe(7);
    assertEquals(seventh.serviceId, 7);
    for (const id of [7, 8, 7, 9]) await left.sendStream(id, `${id}`);
    assertEquals((await nextStream(right)).text(), "8");
    assertEquals((await nextStream(right)).text(), "9");
    for (let i = 0; i < 2; i++) {
      const { value } = await seventh.next();
      assertEquals([value?.header.serviceId, value?.text()], [7, "7"]);
    }
    assertEquals(right.stats().droppedMessages, 0);
  },
);

conformance("subscriptions give messages in order", async (scene) => {
  const [left, right] = await scene.pair();
  const received: string[] = [];
  const loops = [1, 2].map(async (id) => {
    for await (const message of right.subscribe(id)) {
      received.push(`${id}: ${message.text()}`);
    }
  });
  for (let i = 0; i < 100; i++) await left.sendStream(1 + i % 2, `${i}`);
  await left.close();
  await Promise.all(loops);
  for (const id of [1, 2]) {
    const expected = Array.from({ length: 50 }, (_, i) => `${2 * i + id - 1}`);
    assertEquals(
      received.filter((text) => text.startsWith(`${id}`)),
      expected.map((text) => `${id}: ${text}`),
    );
  }
});

conformance(
  "serve, a loop, and recvMessage go on beside a subscription",
  async (scene) => {
    for (const taker of ["serve", "loop", "recvMessage"] as const) {
      const [left, right] = await scene.pair();
      const others: string[] = [];
      const taking = (async () => {
        if (taker === "serve") {
          await right.serve({ 1: () => "served" }, {
            stream: (message) => void others.push(message.text()),
          });
        } else if (taker === "loop") {
          for await (const message of right) {
            if (message.kind === "stream") others.push(message.message.text());
            else await message.request.sendResponse(1, "served");
          }
        } else {
          for (;;) {
            const message = await right.recvMessage();
            if (message === null) break;
            if (message.kind === "stream") others.push(message.message.text());
            else await message.request.sendResponse(1, "served");
          }
        }
      })();
      const subscription = right.subscribe(7);
      await left.sendStream(7, "mine");
      await left.sendStream(8, "other");
      assertEquals((await left.call(1, "")).text(), "served");
      assertEquals((await subscription.next()).value?.text(), "mine");
      assertEquals(others, ["other"]);
      await left.close();
      await taking;
      assertEquals(await subscription.next(), { done: true, value: undefined });
    }
  },
);

conformance(
  "a subscription works where nobody takes messages, on each handle",
  async (scene) => {
    const [left, right] = await scene.pair();
    const [reader, writer] = right.split();
    const byReader = reader.subscribe(1);
    const byWriter = writer.subscribe(2);
    reader[Symbol.dispose]();
    await left.sendStream(1, "one");
    await left.sendStream(2, "two");
    await left.sendStream(3, "dropped");
    assertEquals((await byReader.next()).value?.text(), "one");
    assertEquals((await byWriter.next()).value?.text(), "two");
    assertThrows(() => right.subscribe(4), TypeError, "split");
    assertThrows(() => reader.subscribe(4), TypeError, "released");
    writer[Symbol.dispose]();
    assertThrows(() => writer.subscribe(4), TypeError, "released");
    // The last handle was released.
    assertEquals((await byReader.next()).done, true);
  },
);

conformance("a stream has one subscription at a time", async (scene) => {
  const [left, right] = await scene.pair();
  const first = right.subscribe(7);
  assertThrows(
    () => right.subscribe(7),
    TypeError,
    "Stream 7 has a subscription already",
  );
  first[Symbol.dispose]();
  using second = right.subscribe(7);
  await left.sendStream(7, "to the second");
  assertEquals((await second.next()).value?.text(), "to the second");
  assertEquals((await first.next()).done, true);
});

conformance(
  "what comes after a subscription goes to the inbox again",
  async (scene) => {
    const [left, right] = await scene.pair();
    const subscription = right.subscribe(7);
    await left.sendStream(7, "first");
    for await (const message of subscription) {
      assertEquals(message.text(), "first");
      break;
    }
    await left.sendStream(7, "second");
    assertEquals((await nextStream(right)).text(), "second");
    assertEquals(await subscription.next(), { done: true, value: undefined });
  },
);

conformance(
  "a stream that is known and that nobody asked for is dropped and counted",
  async (scene) => {
    const [left, right] = await scene.pair();
    right.declareStreams([{ id: 7, fullName: "Robot.joints" }], "subscribed");
    await left.sendStream(7, "dropped");
    await left.sendStream(8, "delivered");
    assertEquals((await nextStream(right)).text(), "delivered");
    assertEquals(right.stats().droppedMessages, 1);
    const subscription = right.subscribe(7);
    await left.sendStream(7, "asked for");
    assertEquals((await subscription.next()).value?.text(), "asked for");
    await subscription.return();
    await left.sendStream(7, "dropped again");
    await until(scene, right, (stats) => stats.droppedMessages === 2);
    assertEquals(right.stats().droppedMessages, 2);
    assertEquals(right.stats().inboxMessages, 0);
  },
);

conformance("an id means one thing on a connection", async (scene) => {
  const [, peer] = await scene.pair();
  const joints = { id: 7, fullName: "Robot.joints" };
  const log = { id: 7, fullName: "Camera.log" };
  const other = { id: 8, fullName: "Camera.other" };
  peer.declareStreams([joints], "subscribed");
  peer.declareStreams([joints], "subscribed");
  for (const use of ["served", "subscribed"] as const) {
    const error = assertThrows(
      () => peer.declareStreams([other, log], use),
      TypeError,
    );
    for (const part of ["Robot.joints", "Camera.log", "stream 7"]) {
      assert(error.message.includes(part), error.message);
    }
  }
  // Of a call that was refused nothing stays.
  peer.declareStreams([{ ...other, fullName: "Else.else" }], "served");
  assertThrows(() => peer.subscribe(8), TypeError, "Else.else (8) is served");
  using _subscription = peer.subscribe(9);
  assertThrows(
    () => peer.declareStreams([{ id: 9, fullName: "Camera.log" }], "served"),
    TypeError,
    "Camera.log can't be served",
  );
});

conformance("arguments of subscribe are checked", async (scene) => {
  const [, peer] = await scene.pair();
  assertThrows(() => peer.subscribe(0.5), RangeError, "service id");
  assertThrows(() => peer.subscribe(-(2 ** 31)), RangeError, "reserved");
  assertThrows(() => peer.subscribe(1, { keep: 0 }), RangeError, "keep");
  assertThrows(
    () => peer.subscribe(1, { keep: "newest" as "latest" }),
    TypeError,
    "keep",
  );
  const reason = new Error("before");
  const { signal } = { signal: AbortSignal.abort(reason) };
  assertEquals(assertThrows(() => peer.subscribe(1, { signal })), reason);
  // None of them is left.
  peer.subscribe(1).return();
});

conformance(
  "messages that waited in the inbox before stay there",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    await raw.send(MessageType.Stream, 0, 7, "before");
    await until(scene, peer, (stats) => stats.inboxMessages === 1);
    using subscription = peer.subscribe(7);
    await raw.send(MessageType.Stream, 0, 7, "after");
    assertEquals((await subscription.next()).value?.text(), "after");
    assertEquals((await nextStream(peer)).text(), "before");
  },
);
