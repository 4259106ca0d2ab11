import { assert, assertEquals, assertThrows } from "@std/assert";
import { SharedMemory } from "../../transports/shared_memory/mod.ts";
import { flagsOf } from "../descriptor/support.ts";
import { testWith } from "../support/permissions.ts";

testWith("ffi", "new memory has its size, zeros and a descriptor", () => {
  for (const size of [1, 4096, 100_001]) {
    using memory = SharedMemory.create(size);
    assertEquals(memory.size, size);
    assertEquals(memory.bytes, new Uint8Array(size));
    assertEquals(memory.writable, true);
    assertEquals(memory.fd.stat().size, size);
    assertEquals(flagsOf(memory.fd.fd), { open: true, cloexec: true });
    memory.bytes.fill(7);
    const buffer = new Uint8Array(size);
    assertEquals(memory.fd.readSync(buffer), size);
    assertEquals(buffer, new Uint8Array(size).fill(7));
  }
});

testWith("ffi", "the bytes are the same object every time", () => {
  using memory = SharedMemory.create(10);
  assert(memory.bytes === memory.bytes);
});

testWith("ffi", "a size that memory can't have is refused", () => {
  for (const size of [0, -1, 1.5, NaN, Infinity, 2 ** 32 + 1]) {
    const error = assertThrows(() => SharedMemory.create(size), RangeError);
    assertEquals(
      error.message,
      `size must be an integer from 1 to 4294967296, got ${size}`,
    );
  }
});

testWith(
  "ffi",
  "memory of 4 GiB can be made, and costs nothing until it is used",
  () => {
    using memory = SharedMemory.create(2 ** 32);
    memory.bytes[2 ** 32 - 1] = 1;
    assertEquals(memory.bytes.length, 2 ** 32);
    assert(memory.fd.stat().blocks! < 100);
  },
);

testWith("all", "the name is the one that /proc/self/maps shows", () => {
  using memory = SharedMemory.create(10, { name: "frames of the test" });
  memory.bytes[0] = 1;
  const maps = Deno.readTextFileSync("/proc/self/maps");
  assert(maps.includes("/memfd:frames of the test"));
});

testWith("ffi", "a name that is too long is refused", () => {
  SharedMemory.create(10, { name: "é".repeat(124) }).close();
  for (const name of ["é".repeat(125), "a\0b"]) {
    assertThrows(() => SharedMemory.create(10, { name }), TypeError, "249");
  }
});

testWith("ffi", "shared memory needs --allow-ffi", () => {
  const error = assertThrows(
    () => SharedMemory.create(10),
    Deno.errors.NotCapable,
  );
  assertEquals(
    error.message,
    "Shared memory is reached through the system's C library: run again with the --allow-ffi flag, without a scope",
  );
}, { permissions: { ffi: false } });
