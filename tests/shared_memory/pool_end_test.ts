import { assert, assertEquals, assertThrows } from "@std/assert";
import { MemoryTransport, Peer } from "../../mod.ts";
import { SharedMemoryPool } from "../../transports/shared_memory/mod.ts";
import { rejectsWith } from "../support/expect.ts";
import { testWith } from "../support/permissions.ts";
import { PoolScene, received, throwsWith } from "./support.ts";

const MESSAGE = "The pool is closed, or its connection has ended";

testWith("ffi", "all is taken back when the connection ends", async () => {
  using sending = new PoolScene({ maxRegions: 1 });
  using receiving = new PoolScene();
  const lease = sending.pool.lend(10);
  const { bytes, fd } = lease;
  const waiting = sending.pool.lendWhenFree(10);
  const view = receiving.pool.map(received(lease));
  const seen = view.bytes;
  await Promise.all([
    sending.end(),
    rejectsWith("connection-closed", () => waiting),
  ]);
  assertEquals([bytes.length, fd.closed, lease.released], [0, true, true]);
  // The other side has its mapping until its own connection ends.
  assertEquals(view.bytes[0], 0);
  await receiving.end();
  assertEquals(seen.length, 0);
  for (const use of [() => lease.bytes, () => lease.fd, () => view.bytes]) {
    assertEquals(assertThrows(use, TypeError).message, MESSAGE);
  }
  lease.release();
  const { pool } = sending;
  const nothing = { regions: 0, lent: 0, bytes: 0, waiting: 0, mappings: 0 };
  assertEquals(pool.stats(), nothing);
  assertEquals(receiving.pool.stats(), nothing);
});

testWith("ffi", "a pool that has ended says so", async () => {
  using other = new PoolScene();
  using lease = other.pool.lend(10);
  using fd = received(lease);
  using scene = new PoolScene();
  const { pool } = scene;
  pool.close();
  pool.close();
  pool[Symbol.dispose]();
  const error = throwsWith("connection-closed", () => pool.lend(10));
  assertEquals(error.message, MESSAGE);
  throwsWith("connection-closed", () => pool.map(fd));
  await rejectsWith("connection-closed", () => pool.lendWhenFree(10));
  assertEquals(fd.closed, false);
});

testWith(
  "ffi",
  "a pool of a connection that has ended already ends at once",
  async () => {
    const pool = new SharedMemoryPool({ closed: Promise.reject(new Error()) });
    await Promise.resolve();
    await Promise.resolve();
    throwsWith("connection-closed", () => pool.lend(10));
  },
);

testWith("ffi", "a pool ends with its PeerHandle", async () => {
  const [here, there] = MemoryTransport.pair();
  const peer = Peer.spawn(here);
  const other = Peer.spawn(there);
  const pool = new SharedMemoryPool(peer);
  const lease = pool.lend(10);
  await other.close();
  await peer.closed;
  assert(lease.released);
  throwsWith("connection-closed", () => pool.lend(10));
  await peer.close();
});
