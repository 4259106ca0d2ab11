import { assert, assertEquals, assertThrows } from "@std/assert";
import type { FileDescriptor } from "../../transports/shared_memory/mod.ts";
import { pipe } from "../descriptor/support.ts";
import { testWith } from "../support/permissions.ts";
import {
  memfd,
  PoolScene,
  received,
  resize,
  SEAL_SHRINK,
  throwsWith,
} from "./support.ts";

testWith(
  "ffi",
  "the same memory is mapped once, and its descriptors are closed",
  () => {
    using sending = new PoolScene();
    using receiving = new PoolScene();
    const views = [];
    for (let frame = 1; frame <= 3; frame++) {
      using lease = sending.pool.lend(100_000);
      lease.bytes.fill(frame);
      const fd = received(lease);
      const view = receiving.pool.map(fd);
      assertEquals(fd.closed, true);
      assertEquals(view.size, 131072);
      assertEquals(view.bytes.length, 131072);
      assertEquals(view.bytes[99_999], frame);
      views.push(view);
    }
    assert(views[0] === views[2]);
    assertEquals(receiving.pool.stats().mappings, 1);
  },
);

testWith("ffi", "a view outlives the lease, and the sender", () => {
  using receiving = new PoolScene();
  const sending = new PoolScene();
  const lease = sending.pool.lend(10);
  lease.bytes.fill(8);
  const view = receiving.pool.map(received(lease));
  sending[Symbol.dispose]();
  assertEquals(view.bytes[9], 8);
});

testWith(
  "ffi",
  "beyond maxMappings the one that was used longest ago goes",
  () => {
    using sending = new PoolScene();
    using receiving = new PoolScene({ maxMappings: 2 });
    const [a, b, c] = [1, 2, 3].map(() => sending.pool.lend(10));
    assert(a && b && c);
    const map = (lease: { fd: FileDescriptor }) =>
      receiving.pool.map(lease.fd.dup());
    const first = map(a);
    const second = map(b);
    const late = second.bytes;
    assert(map(a) === first);
    map(c);
    assertEquals(receiving.pool.stats().mappings, 2);
    assertEquals(late.length, 0);
    const error = assertThrows(() => second.bytes, TypeError);
    assertEquals(
      error.message,
      "The mapping gave way to a newer one, beyond 2: raise maxMappings",
    );
    assertEquals(first.bytes[0], 0);
    b.bytes[0] = 4;
    assertEquals(map(b).bytes[0], 4);
  },
);

testWith("ffi", "a refused descriptor is left to the caller", () => {
  using scene = new PoolScene({ maxSize: 100_000 });
  using ends = pipe();
  const refused = [
    memfd({ seals: 0 }),
    memfd({ size: 0 }),
    memfd({ size: 100_001 }),
    ends.reader,
  ];
  for (const fd of refused) {
    throwsWith("invalid-shared-memory", () => scene.pool.map(fd));
    assertEquals(fd.closed, false);
    fd.close();
    assertThrows(() => scene.pool.map(fd), TypeError, "closed");
  }
  assertThrows(
    () => scene.pool.map({ fd: 3 } as unknown as FileDescriptor),
    TypeError,
    "FileDescriptor",
  );
  assertEquals(scene.pool.stats().mappings, 0);
});

testWith("ffi", "memory that has grown is mapped anew, up to the limit", () => {
  using scene = new PoolScene({ maxSize: 10_000 });
  using fd = memfd({ size: 4096, seals: SEAL_SHRINK });
  const before = scene.pool.map(fd.dup());
  assert(resize(fd, 8192));
  const after = scene.pool.map(fd.dup());
  assertEquals([after.size, after.bytes.length], [8192, 8192]);
  assertThrows(() => before.bytes, TypeError, "mapped anew");
  assertEquals(scene.pool.stats().mappings, 1);
  assert(resize(fd, 10_001));
  using grown = fd.dup();
  throwsWith("invalid-shared-memory", () => scene.pool.map(grown));
  assertEquals(after.bytes.length, 8192);
});

testWith("ffi", "a view whose buffer was transferred is mapped anew", () => {
  using sending = new PoolScene();
  using receiving = new PoolScene();
  using lease = sending.pool.lend(10);
  lease.bytes[0] = 1;
  const before = receiving.pool.map(received(lease));
  const moved = new Uint8Array(before.bytes.buffer.transfer());
  assertEquals(moved[0], 1);
  assertEquals(receiving.pool.map(received(lease)).bytes[0], 1);
  assertEquals(moved[0], 0);
});
