import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { testWith } from "../support/permissions.ts";
import { FileDescriptor } from "../../transports/descriptor/mod.ts";
import { runChild } from "../support/processes/run_child.ts";
import { fill, pipe, sockets, untilBroken } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

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

testWith("ffi", "close ends a read and a write that wait", async () => {
  const [socket, other] = sockets();
  using _other = other;
  fill(socket);
  const waiting = [
    socket.read(new Uint8Array(4)),
    socket.read(new Uint8Array(4)),
    socket.write(new Uint8Array(4)),
  ];
  socket.close();
  for (const each of waiting) {
    const error = await assertRejects(() => each, Deno.errors.Interrupted);
    assertEquals(error.message, "The file descriptor was closed");
  }
  assertInstanceOf(await untilBroken(other), Deno.errors.BrokenPipe);
});

testWith("ffi", "a read that close has ended takes nothing", async () => {
  using ends = pipe();
  using copy = ends.reader.dup();
  const reading = ends.reader.read(new Uint8Array(4));
  ends.reader.close();
  ends.writer.writeSync(new Uint8Array([1, 2, 3]));
  await assertRejects(() => reading, Deno.errors.Interrupted);
  const buffer = new Uint8Array(4);
  assertEquals(await copy.read(buffer), 3);
  assertEquals(buffer, new Uint8Array([1, 2, 3, 0]));
});

testWith("ffi", "a file that a thread reads is read to the end", async () => {
  using folder = new TempDir();
  Deno.writeTextFileSync(`${folder.path}/file`, "text");
  const file = FileDescriptor.open(`${folder.path}/file`);
  const buffer = new Uint8Array(4);
  const reading = file.read(buffer);
  file.close();
  assertEquals(await reading, 4);
  assertEquals(new TextDecoder().decode(buffer), "text");
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
