/** More regions than numbers: the least recently used ones give theirs away. */
import { assertEquals } from "@std/assert";
import type { Message, UnixBody } from "../../../mod.ts";
import type { SharedMemoryLease } from "../../../transports/shared_memory/mod.ts";
import { MAX_REGIONS } from "../../../transports/shared_ring/frames/frame_reference.ts";
import { frameOf, frameTest, LEN, soon, uses } from "./support.ts";

frameTest(
  "a pool that loses a number with its next region still takes releases",
  async (scene) => {
    const [owner, viewer] = scene.pair();
    const pool = scene.pool(null, { maxRegions: 2 });
    const others = scene.pool(null, { maxRegions: MAX_REGIONS });
    const send = async (
      lease: SharedMemoryLease,
    ): Promise<Message<UnixBody>> => {
      await owner.sendStream(1, lease);
      return await frameOf(viewer);
    };
    using first = pool.lend(LEN);
    (await send(first))[Symbol.dispose]();
    for (let i = 1; i < MAX_REGIONS; i++) {
      // They stay lent, so that each has a region of its own.
      const lease = others.lend(LEN);
      (await send(lease))[Symbol.dispose]();
    }
    // Its region takes the number of the first one.
    const second = pool.lend(LEN);
    const message = await send(second);
    second.release();
    const waiting = pool.lendWhenFree(LEN);
    assertEquals(uses(pool), [2, 2]);
    message[Symbol.dispose]();
    using _third = await soon(waiting);
  },
);
