import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { pipe, runChild, untilBroken } from "./support.ts";

testWith("ffi", "everything but close throws after close", async () => {
  using ends = pipe();
  const fd = ends.reader;
  assertEquals(fd.closed, false);
  fd.close();
  fd.close();
  fd[Symbol.dispose]();
  assertEquals(fd.closed, true);
  const bytes = new Uint8Array(1);
  const calls = [
    () => fd.fd,
    () => fd.dup(),
    () => fd.stat(),
    () => fd.readSync(bytes),
    () => fd.writeSync(bytes),
  ];
  for (const call of calls) {
    const error = assertThrows(call, TypeError);
    assertEquals(error.message, "The file descriptor is closed");
  }
  for (
    const call of [
      () => fd.read(bytes),
      () => fd.write(bytes),
      () => fd.toFile(),
    ]
  ) {
    const error = await assertRejects<Error>(call, TypeError);
    assertEquals(error.message, "The file descriptor is closed");
  }
});

testWith("ffi", "a copy lives on when the original is closed", () => {
  using ends = pipe();
  using copy = ends.writer.dup();
  ends.writer.close();
  assertEquals(copy.writeSync(new Uint8Array([1, 2])), 2);
  assertEquals(ends.reader.readSync(new Uint8Array(8)), 2);
  copy.close();
  assertEquals(ends.reader.readSync(new Uint8Array(8)), null);
});

testWith("ffi", "a read under way ends well after close", async () => {
  using ends = pipe();
  const buffer = new Uint8Array(4);
  const reading = ends.reader.read(buffer);
  ends.reader.close();
  ends.writer.writeSync(new Uint8Array([1, 2, 3]));
  assertEquals(await reading, 3);
  assertEquals(buffer, new Uint8Array([1, 2, 3, 0]));
  // Now nobody has the other end.
  assertInstanceOf(await untilBroken(ends.writer), Deno.errors.BrokenPipe);
});

testWith("all", "a closed number is never used again", async () => {
  const url = new URL("numbers_child.ts", import.meta.url);
  const [line] = await runChild<Record<string, unknown>>(url);
  assert(line !== undefined);
  assertEquals(line, {
    reused: true,
    openAfterSecondClose: true,
    contentAfterLateUse: "other",
    reusedWhileReading: false,
    reusedAfterReading: true,
    leaked: 0,
  });
});
