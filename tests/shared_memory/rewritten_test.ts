import { assertEquals, assertThrows } from "@std/assert";
import { SharedMemory } from "../../transports/shared_memory/mod.ts";
import { runChild } from "../support/processes/run_child.ts";
import { testWith } from "../support/permissions.ts";
import { PoolScene, received } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

const CHILD = new URL("decoding_child.ts", import.meta.url);

for (const what of ["pool", "SharedMemory"]) {
  testWith(
    "all",
    `memory of a ${what} is decoded and sorted while another process rewrites it`,
    async () => {
      using folder = new TempDir();
      const args = [`${folder.path}/s`, what];
      const [changes] = await runChild<Record<string, number>>(CHILD, args);
      assertEquals(Object.keys(changes!), [
        "text()",
        "a part's text()",
        "copy() decoded",
        "copy() sorted",
      ]);
    },
  );
}

testWith(
  "ffi",
  "a copy stays as it is, and is of the part that was asked for",
  () => {
    using sending = new PoolScene();
    using receiving = new PoolScene();
    using lease = sending.pool.lend(10);
    using memory = SharedMemory.create(10);
    memory.seal();
    using same = SharedMemory.from(memory.fd.dup());
    const view = receiving.pool.map(received(lease));
    for (
      const [from, to] of [[lease.bytes, view], [memory.bytes, same]] as const
    ) {
      from.set(new TextEncoder().encode("grün blau"));
      const copy = to.copy(0, 9);
      const all = to.copy();
      assertEquals(to.text(0, 5), "grün");
      assertEquals(to.text(-2).length, 2);
      assertEquals(to.text(3, 5), "\ufffdn");
      assertEquals(all.length, to.size);
      from.fill(0);
      assertEquals(new TextDecoder().decode(copy), "grün bla");
      assertEquals(all.subarray(0, 9), copy);
      assertEquals(to.text(0, 2), "\0\0");
    }
  },
);

testWith("ffi", "memory that has been given up can't be copied", () => {
  using sending = new PoolScene();
  const receiving = new PoolScene();
  using lease = sending.pool.lend(10);
  const view = receiving.pool.map(received(lease));
  receiving[Symbol.dispose]();
  const memory = SharedMemory.create(10);
  memory.close();
  for (const late of [view, memory]) {
    assertThrows(() => late.copy(), TypeError, "closed");
    assertThrows(() => late.text(), TypeError, "closed");
  }
});
