import { assert, assertEquals, assertThrows } from "@std/assert";
import { SharedMemoryPool } from "../../transports/shared_memory/mod.ts";
import { testWith } from "../support/permissions.ts";
import { PoolScene, sealsOf, throwsWith } from "./support.ts";

testWith(
  "ffi",
  "a lease has the bytes that were asked for, sealed and to be sent",
  () => {
    using scene = new PoolScene();
    using lease = scene.pool.lend(100_000);
    assertEquals(lease.size, 100_000);
    assertEquals(lease.bytes, new Uint8Array(100_000));
    assertEquals(lease.fd.stat().size, 131072);
    // Shrink, grow, future writes and further seals; the kernel may add "exec".
    assertEquals(sealsOf(lease.fd) & 0x1f, 0x17);
    assertEquals(lease.released, false);
  },
);

testWith("ffi", "released memory is lent again, with what was in it", () => {
  using scene = new PoolScene();
  const { pool } = scene;
  const first = pool.lend(100);
  first.bytes.fill(1);
  const { fd } = first;
  first.release();
  using second = pool.lend(200);
  assert(second.fd === fd);
  assertEquals(second.bytes[99], 1);
  assertEquals(second.bytes[100], 0);
  const { regions, lent, bytes } = pool.stats();
  assertEquals([regions, lent, bytes], [1, 1, 65536]);
});

testWith("ffi", "each lease that is out has memory of its own", () => {
  using scene = new PoolScene();
  const leases = [1, 2, 3].map((n) => {
    const lease = scene.pool.lend(10);
    lease.bytes.fill(n);
    return lease;
  });
  assertEquals(leases.map((lease) => lease.bytes[0]), [1, 2, 3]);
  assertEquals(new Set(leases.map((lease) => lease.fd)).size, 3);
});

testWith("ffi", "after release bytes and fd throw, and views are empty", () => {
  using scene = new PoolScene();
  const lease = scene.pool.lend(10);
  const { bytes } = lease;
  lease.release();
  lease.release();
  lease[Symbol.dispose]();
  assertEquals(lease.released, true);
  for (const use of [() => lease.bytes, () => lease.fd]) {
    const error = assertThrows(use, TypeError);
    assertEquals(error.message, "The lease has been released");
  }
  using next = scene.pool.lend(10);
  bytes[0] = 5;
  lease.release();
  assertEquals([bytes.length, next.bytes[0]], [0, 0]);
  assertEquals(scene.pool.stats().lent, 1);
});

testWith("ffi", "frames of about the same size share memory", () => {
  using scene = new PoolScene();
  const { pool } = scene;
  for (const size of [70_000, 100_000, 131_072, 65_537]) {
    pool.lend(size).release();
  }
  assertEquals(pool.stats().regions, 1);
  pool.lend(131_073).release();
  assertEquals([pool.stats().regions, pool.stats().bytes], [2, 393216]);
});

testWith(
  "ffi",
  "memory that a borrower kept or closed is not lent again",
  () => {
    using scene = new PoolScene();
    const { pool } = scene;
    const kept = pool.lend(10);
    const moved = new Uint8Array(kept.bytes.buffer.transfer());
    moved[0] = 9;
    kept.release();
    assertEquals(moved[0], 0);
    const closed = pool.lend(10);
    assertEquals(closed.bytes[0], 0);
    closed.fd.close();
    closed.release();
    assertEquals(pool.stats().regions, 0);
    using lease = pool.lend(10);
    assertEquals(lease.fd.closed, false);
    moved.fill(7);
    assertEquals(lease.bytes[0], 0);
  },
);

testWith("ffi", "when all regions are lent, the error names the option", () => {
  using scene = new PoolScene({ maxRegions: 2 });
  const { pool } = scene;
  const first = pool.lend(10);
  pool.lend(10);
  const error = throwsWith("limit-exceeded", () => pool.lend(10));
  assertEquals(
    error.message,
    "All 2 regions of the pool are lent: release one, wait with lendWhenFree, or raise maxRegions",
  );
  assertEquals([error.fatal, error.limit, error.actual], [false, 2, 2]);
  first.release();
  pool.lend(10);
});

testWith("ffi", "when all bytes are lent, the error names the option", () => {
  using scene = new PoolScene({ maxBytes: 200_000 });
  const { pool } = scene;
  const first = pool.lend(131_072);
  pool.lend(65_536);
  const error = throwsWith("limit-exceeded", () => pool.lend(1));
  assertEquals(
    error.message,
    "The pool has lent what it may have, 200000 bytes: release some, wait with lendWhenFree, or raise maxBytes",
  );
  assertEquals([error.limit, error.actual], [200_000, 196_608]);
  first.release();
  const never = throwsWith("limit-exceeded", () => pool.lend(200_001));
  assertEquals(
    never.message,
    "The pool can't lend 200001 bytes, as it may have 200000: raise maxBytes",
  );
});

testWith("ffi", "memory of another size gives way before a lend fails", () => {
  using scene = new PoolScene({ maxRegions: 2, maxBytes: 400_000 });
  const { pool } = scene;
  const small = pool.lend(10);
  const large = pool.lend(200_000);
  small.release();
  // No room for a third one, so the small one goes.
  pool.lend(100_000).release();
  assertEquals([pool.stats().regions, pool.stats().bytes], [2, 393216]);
  large.release();
  // A larger one serves as well.
  const leases = [pool.lend(10), pool.lend(10)];
  assertEquals([pool.stats().regions, pool.stats().bytes], [2, 393216]);
  for (const lease of leases) lease.release();
  // All that may be had is had as one.
  using all = pool.lend(400_000);
  assertEquals(all.bytes.length, 400_000);
  assertEquals([pool.stats().regions, pool.stats().bytes], [1, 400_000]);
});

testWith("ffi", "sizes and options that make no sense are refused", () => {
  using scene = new PoolScene();
  for (const size of [0, -1, 1.5, NaN, 2 ** 32 + 1]) {
    assertThrows(() => scene.pool.lend(size), RangeError, "size must be");
  }
  const closed = Promise.resolve();
  for (const name of ["maxRegions", "maxBytes", "maxMappings", "maxSize"]) {
    assertThrows(
      () => new SharedMemoryPool({ closed }, { [name]: 0 }),
      RangeError,
      `${name} must be`,
    );
  }
});

testWith("ffi", "a pool needs --allow-ffi", () => {
  assertThrows(
    () => new PoolScene(),
    Deno.errors.NotCapable,
    "A pool of shared memory is reached through the system's C library",
  );
}, { permissions: { ffi: false } });
