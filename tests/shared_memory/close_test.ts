import { assert, assertEquals, assertThrows } from "@std/assert";
import { SharedMemory } from "../../transports/shared_memory/mod.ts";
import { testWith } from "../support/permissions.ts";

testWith("ffi", "after close bytes throws, and views are empty", () => {
  const memory = SharedMemory.create(4096);
  const { bytes } = memory;
  const words = new Uint32Array(bytes.buffer);
  const view = new DataView(bytes.buffer);
  bytes.fill(1);
  assertEquals(memory.closed, false);
  memory.close();
  memory.close();
  memory[Symbol.dispose]();
  assertEquals(memory.closed, true);
  assertEquals(memory.fd.closed, true);
  assertEquals(memory.size, 4096);
  const error = assertThrows(() => memory.bytes, TypeError);
  assertEquals(error.message, "The shared memory is closed");
  bytes[0] = 2;
  assertEquals([bytes.length, bytes[0], words.length], [0, undefined, 0]);
  assert(bytes.buffer.detached);
  assertThrows(() => bytes.slice(), TypeError);
  assertThrows(() => view.getUint8(0), TypeError);
});

testWith(
  "ffi",
  "a mapping outlives the descriptor and the other mappings",
  () => {
    const memory = SharedMemory.create(10);
    memory.seal();
    using same = SharedMemory.from(memory.fd.dup());
    memory.bytes[0] = 4;
    memory.close();
    assertEquals(same.bytes[0], 4);
    same.fd.close();
    assertEquals(same.bytes[0], 4);
  },
);

testWith("ffi", "bytes that were transferred are zeros after close", () => {
  const memory = SharedMemory.create(4096);
  memory.bytes.fill(1);
  const moved = new Uint8Array(memory.bytes.buffer.transfer());
  assertEquals(moved[4095], 1);
  memory.close();
  assertEquals(moved, new Uint8Array(4096));
  moved.fill(2);
  assertEquals(moved[4095], 2);
});
