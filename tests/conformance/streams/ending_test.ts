/** How subscriptions end: by their user, a signal, and the end of the connection. */
import { assertEquals, assertRejects } from "@std/assert";
import { MessageType } from "../../../mod.ts";
import { conformance } from "../../support/conformance.ts";
import { isPending, rejectsWith } from "../../support/expect.ts";
import { CountingSignal } from "../../support/counting_signal.ts";
import { until } from "../../support/stats.ts";

const DONE = { done: true, value: undefined } as const;

conformance("return and dispose end what waits", async (scene) => {
  const [left, right] = await scene.pair();
  for (const end of ["return", "dispose"] as const) {
    const subscription = right.subscribe(7);
    const waiting = [subscription.next(), subscription.next()];
    assertEquals(await isPending(waiting[0]!), true);
    if (end === "dispose") subscription[Symbol.dispose]();
    else assertEquals(await subscription.return(), DONE);
    assertEquals(await Promise.all(waiting), [DONE, DONE]);
    // Idempotent.
    subscription[Symbol.dispose]();
    assertEquals(await subscription.return(), DONE);
  }
  await left.close();
});

conformance("what was not taken is dropped and counted", async (scene) => {
  const [left, right] = await scene.pair();
  const subscription = right.subscribe(7);
  for (let i = 0; i < 3; i++) await left.sendStream(7, `${i}`);
  await until(scene, right, (stats) => stats.messagesReceived === 3);
  assertEquals((await subscription.next()).value?.text(), "0");
  await subscription.return();
  assertEquals(right.stats().droppedMessages, 2);
  // That was no work of keep.
  assertEquals(subscription.dropped, 0);
  assertEquals(await subscription.next(), DONE);
});

conformance("a signal ends a subscription with its reason", async (scene) => {
  const [left, right] = await scene.pair();
  const reason = new Error("no more");
  for (const waits of [true, false]) {
    const controller = new AbortController();
    const subscription = right.subscribe(7, { signal: controller.signal });
    const waiting = waits ? subscription.next() : null;
    controller.abort(reason);
    const thrown = await assertRejects(() => waiting ?? subscription.next());
    assertEquals(thrown, reason);
    assertEquals(await subscription.next(), DONE);
  }
  // Its stream is free again.
  using subscription = right.subscribe(7);
  await left.sendStream(7, "new");
  assertEquals((await subscription.next()).value?.text(), "new");
});

conformance(
  "a subscription that is disposed has no error left",
  async (scene) => {
    const [, right] = await scene.pair();
    for (const end of ["return", "dispose"] as const) {
      const controller = new AbortController();
      const subscription = right.subscribe(7, { signal: controller.signal });
      controller.abort(new Error("no more"));
      if (end === "dispose") subscription[Symbol.dispose]();
      else assertEquals(await subscription.return(), DONE);
      assertEquals(await subscription.next(), DONE);
    }
  },
);

conformance("a signal is let go of with the subscription", async (scene) => {
  const [left, right] = await scene.pair();
  const counting = new CountingSignal();
  const { signal } = counting;
  const ended = right.subscribe(7, { signal });
  const going = right.subscribe(8, { signal });
  await ended.return();
  await left.close();
  assertEquals(await going.next(), DONE);
  assertEquals([counting.added, counting.listeners], [1, 0]);
});

conformance(
  "when the other side ends, what has come can still be taken",
  async (scene) => {
    const [left, right] = await scene.pair();
    const subscription = right.subscribe(7);
    const idle = right.subscribe(8).next();
    for (let i = 0; i < 3; i++) await left.sendStream(7, `${i}`);
    await left.close();
    assertEquals(await idle, DONE);
    const texts: string[] = [];
    for await (const message of subscription) texts.push(message.text());
    assertEquals(texts, ["0", "1", "2"]);
    assertEquals(right.stats().droppedMessages, 0);
  },
);

conformance("closing this side drops what waits", async (scene) => {
  const [left, right] = await scene.pair();
  const full = right.subscribe(7);
  const waiting = right.subscribe(8).next();
  await left.sendStream(7, "unread");
  await until(scene, right, (stats) => stats.messagesReceived === 1);
  const closing = right.close();
  assertEquals(await waiting, DONE);
  assertEquals(await full.next(), DONE);
  assertEquals(right.stats().droppedMessages, 1);
  await Promise.all([closing, left.close()]);
  // A subscription of a connection that has ended has ended too.
  assertEquals(await right.subscribe(7).next(), DONE);
});

conformance(
  "the error of a broken connection comes behind what has come",
  async (scene) => {
    const [peer, raw] = await scene.raw();
    const full = peer.subscribe(7);
    const waiting = peer.subscribe(8).next();
    await raw.send(MessageType.Stream, 0, 7, "before");
    // Of no type that there is.
    await raw.send(5 as MessageType, 0, 7, "bad").catch(() => {});
    await rejectsWith("invalid-message-type", () => waiting);
    assertEquals((await full.next()).value?.text(), "before");
    await rejectsWith("invalid-message-type", () => full.next());
    assertEquals(await full.next(), DONE);
    const late = peer.subscribe(9);
    await rejectsWith("invalid-message-type", () => late.next());
    assertEquals(await late.next(), DONE);
  },
  // The header of the others is checked where it is made.
  ({ headLen, name }) => headLen === 16 && name !== "public streams",
);
