import { assert, assertEquals } from "@std/assert";
import { SharedMemory } from "../../transports/shared_memory/mod.ts";
import { runChild } from "../support/processes/run_child.ts";
import { PERMISSIONS, testWith } from "../support/permissions.ts";
import { memfd, PoolScene, SEAL_SHRINK, throwsWith } from "./support.ts";

const MFD_HUGETLB = 4;
const CHILD = new URL("hostile_child.ts", import.meta.url);

/** What another process got done with a descriptor of this one. */
async function attack(fd: number): Promise<Record<string, string>> {
  const [line] = await runChild<Record<string, string>>(CHILD, [
    `/proc/${Deno.pid}/fd/${fd}`,
  ]);
  return line!;
}

testWith(
  "all",
  "another process can neither shrink, write nor punch sealed memory",
  async () => {
    using memory = SharedMemory.create(100_000);
    memory.bytes.fill(1);
    memory.seal();
    assertEquals(await attack(memory.fd.fd), {
      "shrink": "EPERM",
      "grow": "EPERM",
      "write": "EPERM",
      "punch a hole": "EPERM",
      "map to write": "EPERM",
      "protect to write": "EACCES",
      "seal": "EPERM",
    });
    assertEquals(memory.bytes, new Uint8Array(100_000).fill(1));
  },
);

testWith(
  "all",
  "another process does as little to what a pool has lent",
  async () => {
    using scene = new PoolScene();
    using lease = scene.pool.lend(100_000);
    lease.bytes.fill(1);
    const done = Object.values(await attack(lease.fd.fd));
    assert(done.every((result) => result.startsWith("E")), `${done}`);
    assertEquals(lease.bytes[99_999], 1);
  },
);

testWith(
  "all",
  "with the seal that is required, no other process crashes this one",
  async () => {
    // All that the other side may leave out is left out.
    const fd = memfd({ size: 100_000, seals: SEAL_SHRINK });
    using memory = SharedMemory.from(fd);
    const results = await attack(fd.fd);
    assertEquals(results["shrink"], "EPERM");
    assertEquals(results["punch a hole"], "done");
    // Every page is there, whatever is in it.
    let sum = 0;
    for (let i = 0; i < memory.size; i += 512) sum += memory.bytes[i]!;
    assert(sum >= 0);
    assertEquals(memory.bytes.length, 100_000);
  },
);

/** Whether the kernel has huge pages at all, if only none in stock. */
function hasHugePages(): boolean {
  if (!PERMISSIONS.all.granted) return false;
  try {
    memfd({ size: 0, flags: MFD_HUGETLB }).close();
    return true;
  } catch {
    return false;
  }
}

const hugePages = hasHugePages();

Deno.test({
  name: `memory of huge pages, which can run out, is refused${
    hugePages ? "" : " [needs --allow-all, and a kernel with huge pages]"
  }`,
  ignore: !hugePages,
  fn() {
    using fd = memfd({ size: 2 ** 21, flags: MFD_HUGETLB });
    const map = () => SharedMemory.from(fd);
    const error = throwsWith("invalid-shared-memory", map);
    assert(error.message.includes("huge pages"), error.message);
  },
});
