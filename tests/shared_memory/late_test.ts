import { assertEquals } from "@std/assert";
import { runChild } from "../support/processes/run_child.ts";
import { testWith } from "../support/permissions.ts";

testWith(
  "all",
  "memory can be given up at any time: nothing crashes",
  async () => {
    const url = new URL("late_child.ts", import.meta.url);
    const lines = await runChild<{ name: string; result: unknown }>(url);
    const SIZE = 16 * 1024 * 1024;
    const outcomes = Object.fromEntries(lines.map((l) => [l.name, l.result]));
    // A worker may read before or after: all of it, a part, or zeros.
    const [detached, [sum, length, last]] = outcomes["a worker has it"] as [
      boolean,
      [number, number, number],
    ];
    assertEquals([detached, length, last], [true, SIZE, 9]);
    assertEquals(sum >= 0 && sum <= SIZE / 512, true);
    assertEquals(outcomes, {
      "views are read and written": [0, 0],
      "digests are under way": "done",
      "a file is being written": "done",
      "a socket is being written and read": "done",
      "a FileDescriptor is being written": "done",
      "a FileDescriptor is being read": "TypeError",
      "streams have it": "done",
      "a library fills it": "done",
      "a worker has it": outcomes["a worker has it"],
      "it was transferred": [0, SIZE],
      "a pool ends while its memory is in use": [0, 0, "done"],
      "400 others come and go": "done",
    });
  },
);
