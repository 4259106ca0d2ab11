import { assertEquals } from "@std/assert";
import { runChild } from "../support/processes/run_child.ts";
import { testWith } from "../support/permissions.ts";

testWith(
  "all",
  "without descriptors or addresses, or with small files, all fails clearly, and leaves nothing",
  async () => {
    const url = new URL("exhausted_child.ts", import.meta.url);
    const [line] = await runChild<unknown>(url);
    const FILES = "Too many open files (os error 24)";
    const MEMORY = "Cannot allocate memory (os error 12)";
    const SIZE =
      "File too large (os error 27); files may have 4096 bytes (ulimit -f), which holds for memory, too";
    assertEquals(line, {
      descriptors: {
        open: `Cannot open /dev/null: ${FILES}`,
        dup: `Cannot duplicate file descriptor N: ${FILES}`,
        create: `Cannot create shared memory: ${FILES}`,
        lend: `Cannot create shared memory: ${FILES}`,
        from: `Cannot duplicate file descriptor N: ${FILES}`,
      },
      addresses: {
        open: "done",
        dup: "done",
        create: `Cannot map file descriptor N: ${MEMORY}`,
        lend: `Cannot map file descriptor N: ${MEMORY}`,
        from: `Cannot map file descriptor N: ${MEMORY}`,
      },
      sizes: {
        open: "done",
        dup: "done",
        create: `Cannot create ${2 ** 31} bytes of shared memory: ${SIZE}`,
        lend: `Cannot create ${2 ** 30} bytes of shared memory: ${SIZE}`,
        from: "done",
      },
      left: 0,
      regions: 0,
      later: {
        open: "done",
        dup: "done",
        create: "done",
        lend: "done",
        from: "done",
      },
    });
  },
);
