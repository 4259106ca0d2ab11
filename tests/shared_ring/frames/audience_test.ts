/** Who has been sent a region can read it for ever, so it isn't lent to others. */
import { assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../../mod.ts";
import {
  body,
  Broadcast,
  defineInterface,
  peerBody,
} from "../../../interface/mod.ts";
import type { UnixBody } from "../../../mod.ts";
import { assertFilled, frameOf, frameTest, LEN, uses } from "./support.ts";

const Camera = defineInterface({
  name: "Camera",
  streams: {
    frames: { id: 1, from: "server", body: peerBody<UnixBody>() },
    sizes: { id: 2, from: "server", body: body<number>() },
  },
});

frameTest(
  "a region of one peer isn't sent to another one when it is lent again",
  async (scene) => {
    const [a, first] = scene.pair();
    const [b, second] = scene.pair();
    const pool = scene.pool(null);
    const send = async (byte: number, ...to: (typeof a)[]): Promise<void> => {
      using lease = pool.lend(LEN);
      lease.bytes.fill(byte);
      for (const peer of to) await peer.sendStream(1, lease);
    };
    await send(1, a);
    const frame = await frameOf(first);
    // What the first one keeps, as a process could that doesn't do what it should.
    const kept = frame.body.data.slice(0, 1);
    frame[Symbol.dispose]();
    await send(2, b);
    using secret = await frameOf(second);
    assertFilled(secret.body.data, 2);
    assertEquals(kept[0], 1);
    // The copy, and no longer the region that the first one can read.
    assertEquals(uses(pool), [1, 1]);
    secret[Symbol.dispose]();
    // A part of its audience may have it again.
    await send(3, b);
    using again = await frameOf(second);
    assertFilled(again.body.data, 3);
    assertEquals(uses(pool), [1, 1]);
  },
);

frameTest("a copy for another peer needs room in the pool", async (scene) => {
  const [a, first] = scene.pair();
  const [b, second] = scene.pair();
  const pool = scene.pool(null, { maxRegions: 1 });
  {
    using lease = pool.lend(LEN);
    await a.sendStream(1, lease);
  }
  (await frameOf(first))[Symbol.dispose]();
  const lease = pool.lend(LEN);
  lease.bytes.fill(5);
  const error = await assertRejects(() => b.sendStream(1, lease), RpcError);
  assertEquals([error.code, error.fatal], ["limit-exceeded", false]);
  // It was refused, so it can be used otherwise.
  assertFilled(lease.bytes, 5);
  await a.sendStream(1, lease);
  lease.release();
  using frame = await frameOf(first);
  assertFilled(frame.body.data, 5);
  assertEquals(second.stats().openReceivedRequests, 0);
});

frameTest("a broadcast to five viewers sends one lease", async (scene) => {
  const pool = scene.pool(null, { maxRegions: 4 });
  using frames = new Broadcast(Camera.streams.frames);
  const subscriptions: AsyncIterator<UnixBody>[] = [];
  const add = (): void => {
    const [owner, viewer] = scene.pair();
    frames.add(owner);
    subscriptions.push(Camera.client(viewer).frames());
  };
  for (let i = 0; i < 5; i++) add();
  for (let i = 0; i < 30; i++) {
    // One more comes later.
    if (i === 10) add();
    {
      using lease = pool.lend(LEN);
      lease.bytes.fill(i);
      frames.send(lease);
    }
    const bodies: UnixBody[] = [];
    for (const subscription of subscriptions) {
      const { value } = await subscription.next();
      bodies.push(value);
    }
    for (const frame of bodies) assertFilled(frame.data, i);
    // The one that comes gets a copy, and from then on what all get.
    assertEquals(pool.stats().lent, i === 10 ? 2 : 1);
    for (const frame of bodies) frame[Symbol.dispose]();
    assertEquals(pool.stats().lent, 0);
  }
  assertEquals(frames.dropped, 0);
  assertEquals(uses(pool), [1, 0]);
});

frameTest(
  "a broadcast holds what waits, and lets go of what it drops",
  async (scene) => {
    const pool = scene.pool(null, { maxRegions: 8 });
    using frames = new Broadcast(Camera.streams.frames);
    const [owner, viewer] = scene.pair({ writeQueueBytes: 1 });
    frames.add(owner);
    const subscription = Camera.client(viewer).frames();
    for (let i = 0; i < 5; i++) {
      using lease = pool.lend(LEN);
      lease.bytes.fill(i);
      const { bytes } = lease;
      frames.send(lease);
      // Nobody writes to what waits.
      assertEquals(bytes.length, 0);
    }
    // The first one, and the newest one.
    assertEquals(frames.dropped, 3);
    for (const byte of [0, 4]) {
      const { value } = await subscription.next();
      assertFilled(value!.data, byte);
      value![Symbol.dispose]();
    }
    assertEquals(pool.stats().lent, 0);
  },
);

frameTest("for await (using frame of frames) releases each", async (scene) => {
  const [owner, viewer] = scene.pair();
  const pool = scene.pool(owner, { maxRegions: 1 });
  const sending = (async () => {
    for (let i = 0; i < 10; i++) {
      using lease = await pool.lendWhenFree(LEN);
      lease.bytes.fill(i);
      await Camera.streams.frames.send(owner, lease);
    }
  })();
  let seen = 0;
  const frames = Camera.client(viewer).frames();
  for await (using frame of frames) {
    assertFilled(frame.data, seen);
    if (++seen === 10) break;
  }
  await sending;
  assertEquals(uses(pool), [1, 0]);
});
