import { assertEquals, assertRejects } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { isPending, rejectsWith } from "../support/expect.ts";
import { PoolScene } from "./support.ts";

testWith("ffi", "lendWhenFree lends at once what there is", async () => {
  using scene = new PoolScene();
  using lease = await scene.pool.lendWhenFree(10);
  assertEquals(lease.bytes.length, 10);
});

testWith(
  "ffi",
  "lendWhenFree waits for a release, first come first served",
  async () => {
    using scene = new PoolScene({ maxRegions: 1 });
    const { pool } = scene;
    const first = pool.lend(10);
    const order: number[] = [];
    const waiting = [1, 2].map(async (n) => {
      using _ = await pool.lendWhenFree(10);
      order.push(n);
    });
    assertEquals(await isPending(Promise.race(waiting)), true);
    assertEquals(pool.stats().waiting, 2);
    first.release();
    await Promise.all(waiting);
    assertEquals(order, [1, 2]);
    const { waiting: left, lent } = pool.stats();
    assertEquals([left, lent], [0, 0]);
  },
);

testWith("ffi", "lendWhenFree waits for bytes too", async () => {
  using scene = new PoolScene({ maxBytes: 262_144 });
  const { pool } = scene;
  const leases = [pool.lend(131_072), pool.lend(131_072)];
  const waiting = pool.lendWhenFree(262_144);
  leases[0]!.release();
  assertEquals(await isPending(waiting), true);
  leases[1]!.release();
  using lease = await waiting;
  assertEquals(lease.bytes.length, 262_144);
});

testWith(
  "ffi",
  "a signal ends the wait, and lets those behind pass",
  async () => {
    using scene = new PoolScene({ maxBytes: 262_144 });
    const { pool } = scene;
    const reason = new Error("enough");
    const aborted = AbortSignal.abort(reason);
    const early = await assertRejects(() =>
      pool.lendWhenFree(10, { signal: aborted })
    );
    assertEquals(early, reason);

    using _ = pool.lend(131_072);
    const controller = new AbortController();
    const large = pool.lendWhenFree(200_000, { signal: controller.signal });
    const small = pool.lendWhenFree(10);
    assertEquals(await isPending(small), true);
    controller.abort(reason);
    assertEquals(await assertRejects(() => large), reason);
    (await small).release();
    assertEquals(pool.stats().waiting, 0);
  },
);

testWith(
  "ffi",
  "a wait for more than there can ever be fails at once",
  async () => {
    using scene = new PoolScene({ maxBytes: 100_000 });
    const { pool } = scene;
    await rejectsWith("limit-exceeded", () => pool.lendWhenFree(100_001));
    using _ = pool.lend(100_000);
    const waiting = pool.lendWhenFree(1);
    await rejectsWith("limit-exceeded", () => pool.lendWhenFree(100_001));
    await assertRejects(() => pool.lendWhenFree(0), RangeError);
    pool.close();
    await rejectsWith("connection-closed", () => waiting);
  },
);
