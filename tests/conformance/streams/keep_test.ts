/** Subscriptions of which nobody takes enough: they pause reading, or drop what is older. */
import { assert, assertEquals } from "@std/assert";
import { conformance } from "../../support/conformance.ts";
import type { Scene, TestPeer } from "../../support/scene.ts";
import { until } from "../../support/stats.ts";

async function sendAll(
  scene: Scene,
  from: TestPeer,
  to: TestPeer,
  messages: number,
): Promise<void> {
  const before = to.stats().messagesReceived;
  for (let i = 0; i < messages; i++) await from.sendStream(7, `${i}`);
  await until(
    scene,
    to,
    (stats) => stats.messagesReceived === before + messages,
  );
}

conformance(
  "a subscription without keep pauses reading, and loses nothing",
  async (scene) => {
    const [left, right] = await scene.pair({
      right: { maxRequestInboxMessages: 3 },
    });
    const subscription = right.subscribe(7);
    const sending = (async () => {
      for (let i = 0; i < 10; i++) await left.sendStream(7, `${i}`);
    })();
    await until(scene, right, ({ reading }) => reading.paused);
    const { reading } = right.stats();
    assert(reading.paused, "reading goes on");
    assertEquals(reading.by, { stream: 7 });
    for (let i = 0; i < 10; i++) {
      assertEquals((await subscription.next()).value?.text(), `${i}`);
    }
    await sending;
    assertEquals(right.stats().reading, { paused: false });
    assertEquals(subscription.dropped, 0);
  },
);

conformance(
  "reading goes on when a subscription ends that has paused it",
  async (scene) => {
    const [left, right] = await scene.pair({
      right: { maxRequestInboxBytes: 1000 },
    });
    const subscription = right.subscribe(7);
    await left.sendStream(7, new Uint8Array(500));
    await left.sendStream(7, new Uint8Array(500));
    await until(scene, right, ({ reading }) => reading.paused);
    assertEquals(right.stats().reading.paused, true);
    const behind = right.recvMessage();
    await left.sendStream(8, "behind");
    subscription[Symbol.dispose]();
    const message = await behind;
    assert(message?.kind === "stream");
    assertEquals(message.message.text(), "behind");
    assertEquals(right.stats().reading, { paused: false });
    assertEquals(right.stats().droppedMessages, 2);
  },
);

for (const [keep, kept] of [["latest", 1], [1, 1], [3, 3]] as const) {
  conformance(
    `keep: ${keep} keeps the newest, counts what it drops, and never pauses`,
    async (scene) => {
      const [left, right] = await scene.pair({
        right: { maxRequestInboxMessages: 1, maxInboxMessages: 1 },
      });
      const drops: number[] = [];
      const subscription = right.subscribe(7, {
        keep,
        onDrop: (dropped) => void drops.push(dropped),
      });
      await sendAll(scene, left, right, 20);
      assertEquals(right.stats().reading, { paused: false });
      for (let i = 20 - kept; i < 20; i++) {
        assertEquals((await subscription.next()).value?.text(), `${i}`);
      }
      assertEquals(subscription.dropped, 20 - kept);
      const { outdatedMessages, droppedMessages } = right.stats();
      assertEquals([outdatedMessages, droppedMessages], [20 - kept, 0]);
      assertEquals(drops, Array.from({ length: 20 - kept }, (_, i) => i + 1));
      // One that waits gets the next one, of which nothing is dropped.
      const next = subscription.next();
      await left.sendStream(7, "next");
      assertEquals((await next).value?.text(), "next");
      assertEquals(subscription.dropped, 20 - kept);
    },
  );
}

conformance(
  "with keep a viewer that takes nothing doesn't hold up a stop",
  async (scene) => {
    // One message that waits would pause reading.
    const [viewer, robot] = await scene.pair({
      left: { maxInboxMessages: 1, maxRequestInboxMessages: 1 },
    });
    const serving = robot.serve({ 1: () => "stopped" });
    using joints = viewer.subscribe(7, { keep: "latest" });
    for (let i = 0; i < 1000; i++) await robot.sendStream(7, `${i}`);
    assertEquals((await viewer.call(1, "")).text(), "stopped");
    assertEquals(viewer.stats().reading, { paused: false });
    assertEquals((await joints.next()).value?.text(), "999");
    assertEquals(joints.dropped, 999);
    await viewer.close();
    await serving;
  },
);

conformance("what onDrop throws goes to onError", async (scene) => {
  const errors: unknown[] = [];
  const [left, right] = await scene.pair({
    right: { onError: (error) => errors.push(error) },
  });
  const thrown = new Error("thrown");
  using subscription = right.subscribe(7, {
    keep: 1,
    onDrop() {
      throw thrown;
    },
  });
  await sendAll(scene, left, right, 3);
  assertEquals(errors, [thrown, thrown]);
  assertEquals((await subscription.next()).value?.text(), "2");
});
