import { assert, assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { PoolScene, received } from "./support.ts";

testWith(
  "ffi",
  "two peers never get the same memory, also one after the other",
  () => {
    const inodes = new Set<number>();
    const pages: Uint8Array[] = [];
    for (let peer = 1; peer <= 5; peer++) {
      using scene = new PoolScene({ maxRegions: 2 });
      using other = new PoolScene({ maxRegions: 2 });
      for (let frame = 0; frame < 10; frame++) {
        for (const { pool } of [scene, other]) {
          using lease = pool.lend(10);
          // Never what another peer was sent.
          const [before] = lease.bytes;
          assert(before === 0 || before === peer);
          lease.bytes.fill(peer);
          const { dev, ino } = lease.fd.stat();
          inodes.add(dev * 2 ** 40 + ino!);
        }
      }
      pages.push(scene.pool.lend(10).bytes);
    }
    // One region for each pool; the second of a pool only at the end.
    assertEquals(inodes.size, 10);
    assertEquals(pages.map((page) => page.length), [0, 0, 0, 0, 0]);
  },
);

testWith(
  "ffi",
  "what one peer is sent another can't map through its pool",
  () => {
    using toFirst = new PoolScene();
    using toSecond = new PoolScene();
    using first = new PoolScene();
    using second = new PoolScene();
    using secret = toFirst.pool.lend(10);
    using open = toSecond.pool.lend(10);
    secret.bytes.fill(1);
    open.bytes.fill(2);
    const views = [
      first.pool.map(received(secret)),
      second.pool.map(received(open)),
    ];
    assertEquals(views.map((view) => view.bytes[0]), [1, 2]);
    secret.bytes.fill(3);
    assertEquals(views.map((view) => view.bytes[0]), [3, 2]);
  },
);
