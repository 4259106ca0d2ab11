import { assert, assertEquals, assertThrows } from "@std/assert";
import { SharedMemory } from "../../transports/shared_memory/mod.ts";
import { testWith } from "../support/permissions.ts";
import { resize } from "./support.ts";

testWith(
  "ffi",
  "sealed memory keeps its size, and nobody but its maker writes",
  () => {
    using memory = SharedMemory.create(4096);
    assert(resize(memory.fd, 8192));
    assert(resize(memory.fd, 4096));
    memory.seal();
    assert(!resize(memory.fd, 8192));
    assert(!resize(memory.fd, 0));
    const { PermissionDenied } = Deno.errors;
    assertThrows(
      () => memory.fd.writeSync(new Uint8Array(1)),
      PermissionDenied,
    );
    memory.bytes[0] = 3;
    assertEquals(memory.bytes[0], 3);
  },
);

testWith("ffi", "a second seal does nothing, another kind is an error", () => {
  using memory = SharedMemory.create(10);
  memory.seal();
  memory.seal();
  const { PermissionDenied } = Deno.errors;
  assertThrows(() => memory.seal({ writable: true }), PermissionDenied);
  using shared = SharedMemory.create(10);
  shared.seal({ writable: true });
  shared.seal({ writable: true });
  assertThrows(() => shared.seal(), PermissionDenied);
  assertEquals(shared.fd.writeSync(new Uint8Array(1)), 1);
});

testWith("ffi", "closed memory can't be sealed", () => {
  const memory = SharedMemory.create(10);
  memory.close();
  assertThrows(() => memory.seal(), TypeError, "closed");
});
