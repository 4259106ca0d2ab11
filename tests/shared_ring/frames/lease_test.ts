/** Leases as bodies over rings: what arrives, and who counts what. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { tick } from "../../../internal/event_loop.ts";
import { RpcError, type SharedMemoryLease } from "../../../mod.ts";
import {
  assertFilled,
  frameOf,
  frameTest,
  LEN,
  soon,
  uses,
} from "./support.ts";

frameTest("a lease arrives as a view of the same memory", async (scene) => {
  const [owner, viewer] = scene.pair();
  const pool = scene.pool(owner);
  const lease = pool.lend(100_000);
  lease.bytes.fill(7);
  const file = lease.fd.dup();
  await owner.sendStream(5, lease);
  const message = await frameOf(viewer);
  const { body, header } = message;
  assertEquals([header.serviceId, body.data.length], [5, 100_000]);
  assertFilled(body.data, 7);
  // What the owner's side of the memory changes is seen in the view.
  using writable = scene.use(file);
  assertEquals(writable.stat().size, 131_072);
  lease.release();
  assertEquals(uses(pool), [1, 1]);
  message[Symbol.dispose]();
  assertEquals(body.data.length, 0);
  assertEquals(uses(pool), [1, 0]);
});

frameTest("requests, updates and responses carry leases", async (scene) => {
  const [owner, viewer] = scene.pair();
  const there = scene.pool(owner), back = scene.pool(viewer);
  const lend = (pool: typeof there, byte: number): SharedMemoryLease => {
    const lease = pool.lend(LEN);
    lease.bytes.fill(byte);
    return lease;
  };
  const serving = viewer.serve({
    1: async (request, body) => {
      assertFilled(body.data, 1);
      body[Symbol.dispose]();
      using update = lend(back, 2);
      await request.sendUpdate(2, update);
      using response = lend(back, 3);
      await request.sendResponse(1, response);
    },
  });
  using asked = lend(there, 1);
  const request = await owner.sendRequest(1, asked);
  using update = (await soon(request.recvUpdate()))!;
  assertFilled(update.body.data, 2);
  using response = await soon(request.recvResponse());
  assertFilled(response.body.data, 3);
  asked.release();
  assertEquals(uses(there), [1, 0]);
  assertEquals(uses(back), [2, 2]);
  update[Symbol.dispose]();
  response[Symbol.dispose]();
  assertEquals(uses(back), [2, 0]);
  await owner.close();
  await serving;
});

frameTest(
  "from the first send on nobody writes, and others can be sent it",
  async (scene) => {
    const [owner, viewer] = scene.pair();
    const [other, second] = scene.pair();
    const pool = scene.pool(owner);
    const lease = pool.lend(LEN);
    const { bytes } = lease;
    bytes.fill(1);
    await owner.sendStream(1, lease);
    assertEquals(bytes.length, 0);
    const { message } = assertThrows(() => lease.bytes, TypeError);
    assertEquals(
      message,
      "The lease has been sent, and others may be reading it: lend another one to write to",
    );
    await owner.sendStream(1, lease);
    await other.sendStream(1, lease);
    lease.release();
    const frames = [
      await frameOf(viewer),
      await frameOf(viewer),
      await frameOf(second),
    ];
    for (const frame of frames) {
      assertFilled(frame.body.data, 1);
      assertEquals(uses(pool), [1, 1]);
      frame[Symbol.dispose]();
    }
    assertEquals(uses(pool), [1, 0]);
    // Once, and not twice.
    for (const frame of frames) frame[Symbol.dispose]();
    using again = pool.lend(LEN);
    assertEquals(uses(pool), [1, 1]);
    assertFilled(again.bytes, 1);
  },
);

frameTest("a released lease can't be sent", async (scene) => {
  const [owner] = scene.pair();
  const pool = scene.pool(owner);
  const lease = pool.lend(LEN);
  lease.release();
  const { message } = await assertRejects(
    () => owner.sendStream(1, lease),
    TypeError,
  );
  assertEquals(message, "The lease has been released");
});

frameTest("a send that is refused counts nothing", async (scene) => {
  const [owner, viewer] = scene.pair();
  const pool = scene.pool(owner);
  const lease = pool.lend(LEN);
  await owner.close();
  await assertRejects(() => owner.sendStream(1, lease), RpcError);
  await viewer.close();
  const [another] = scene.pair();
  // Its pool has ended with its connection.
  await assertRejects(() => another.sendStream(1, lease), TypeError);
});

frameTest(
  "what was accepted and never written counts nothing",
  async (scene) => {
    const [owner] = scene.pair();
    const pool = scene.pool(null);
    const sends: Promise<void>[] = [];
    const lease = pool.lend(LEN);
    const held = owner.split();
    // The connection ends in the turn in which they are queued.
    for (let i = 0; i < 3; i++) sends.push(held[1].sendStream(1, lease));
    const closed = held[1].close();
    await Promise.allSettled(sends);
    await closed;
    lease.release();
    assertEquals(uses(pool), [1, 0]);
  },
);

frameTest("a short lease is copied", async (scene) => {
  const [owner, viewer] = scene.pair({
    maxBodyLenRead: LEN,
    maxBodyLenWrite: LEN,
  });
  const pool = scene.pool(owner);
  const lease = pool.lend(LEN - 1);
  lease.bytes.fill(3);
  await owner.sendStream(1, lease);
  lease.release();
  assertEquals(uses(pool), [1, 0]);
  using frame = await frameOf(viewer);
  assertFilled(frame.body.data, 3);
});

frameTest("limits of bodies don't apply, and maxSize does", async (scene) => {
  const [owner, viewer] = scene.pair({
    maxBodyLenRead: 10,
    maxBodyLenWrite: 10,
    maxFdsRead: 0,
    maxFdsWrite: 0,
  });
  const pool = scene.pool(owner);
  scene.pool(viewer, { maxSize: 1024 * 1024 });
  const send = async (size: number): Promise<void> => {
    using lease = pool.lend(size);
    await owner.sendStream(1, lease);
  };
  await send(1024 * 1024);
  using frame = await frameOf(viewer);
  assertEquals(frame.body.data.length, 1024 * 1024);
  await send(1024 * 1024 + 1);
  const error = await soon(viewer.closed);
  assert(error instanceof RpcError);
  assertEquals(error.code, "invalid-shared-memory");
  assert(error.message.includes("maxSize"), error.message);
});

frameTest("64 frames may be unreleased, and no more", async (scene) => {
  const [owner, viewer] = scene.pair({ maxInboxBytes: 2 ** 30 });
  const pool = scene.pool(owner);
  const lease = pool.lend(LEN);
  for (let i = 0; i < 64; i++) await owner.sendStream(1, lease);
  const error = await assertRejects(() => owner.sendStream(1, lease), RpcError);
  assertEquals([error.code, error.fatal, error.limit, error.actual], [
    "limit-exceeded",
    false,
    64,
    64,
  ]);
  const frames = [];
  for (let i = 0; i < 64; i++) frames.push(await frameOf(viewer));
  frames[5]![Symbol.dispose]();
  await owner.sendStream(1, lease);
  frames[5] = await frameOf(viewer);
  for (const frame of frames) frame[Symbol.dispose]();
  lease.release();
  assertEquals(uses(pool), [1, 0]);
});

/** Turns enough for both sides to have given up looking for events without sleeping. */
async function fallAsleep(): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) await tick();
}

frameTest("who waits for a region is woken by its release", async (scene) => {
  const [owner, viewer] = scene.pair();
  const pool = scene.pool(owner, { maxRegions: 1 });
  for (let i = 0; i < 20; i++) {
    {
      using lease = await soon(pool.lendWhenFree(LEN));
      lease.bytes[0] = i;
      await owner.sendStream(1, lease);
    }
    const waiting = pool.lendWhenFree(LEN);
    const frame = await frameOf(viewer);
    assertEquals(frame.body.data[0], i);
    assertEquals(pool.stats().waiting, 1);
    // Now and then both are asleep by then.
    if (i % 7 === 0) await fallAsleep();
    frame[Symbol.dispose]();
    (await soon(waiting)).release();
  }
});

frameTest("frames keep their place among other messages", async (scene) => {
  const [owner, viewer] = scene.pair({ ringSize: 4096 });
  const pool = scene.pool(owner, { maxRegions: 32 });
  const sends: Promise<void>[] = [];
  for (let i = 0; i < 500; i++) {
    if (i % 5 === 0) {
      sends.push((async () => {
        using lease = pool.lend(LEN);
        lease.bytes[0] = i % 256;
        await owner.sendStream(i, lease);
      })());
    } else sends.push(owner.sendStream(i, new Uint8Array(i)));
    if (i % 100 !== 99) continue;
    for (let j = i - 99; j <= i; j++) {
      using frame = await frameOf(viewer);
      assertEquals(frame.header.serviceId, j);
      if (j % 5 === 0) assertEquals(frame.body.data[0], j % 256);
      else assertEquals(frame.body.data.length, j);
    }
  }
  await Promise.all(sends);
  assertEquals(pool.stats().lent, 0);
});
