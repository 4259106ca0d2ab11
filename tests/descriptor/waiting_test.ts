/** Reads and writes that wait: without a thread, in order, and without changing flags. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { FileDescriptor } from "../../transports/descriptor/mod.ts";
import { testWith } from "../support/permissions.ts";
import {
  eventfd,
  fill,
  inotify,
  isNonBlocking,
  pipe,
  sockets,
} from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { eventLoopTurns } from "../support/event_loop_turns.ts";

/** More than Deno has threads. */
const MANY = 40;

function bytes(...values: number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values);
}

/** Reads a file by a thread of Deno's, of which there has to be one. */
async function assertThreadFree(): Promise<void> {
  using folder = new TempDir();
  const path = `${folder.path}/file`;
  await Deno.writeTextFile(path, "text");
  assertEquals(await Deno.readTextFile(path), "text");
}

testWith("ffi", "reads that wait hold no thread, however many", async () => {
  const ends = Array.from({ length: MANY }, () => pipe());
  const reading = ends.map(({ reader }) => reader.read(new Uint8Array(1)));
  await assertThreadFree();
  for (const { writer } of ends) writer.writeSync(bytes(1));
  assertEquals(await Promise.all(reading), ends.map(() => 1));
  for (const each of ends) each[Symbol.dispose]();
});

testWith("ffi", "writes that wait hold no thread, however many", async () => {
  const ends = Array.from({ length: MANY }, () => pipe());
  for (const { writer } of ends) fill(writer);
  const writing = ends.map(({ writer }) => writer.write(bytes(1)));
  await assertThreadFree();
  const buffer = new Uint8Array(4096);
  for (const { reader } of ends) reader.readSync(buffer);
  assertEquals(await Promise.all(writing), ends.map(() => 1));
  for (const each of ends) each[Symbol.dispose]();
});

testWith("ffi", "the flags that others share stay as they are", async () => {
  const [socket, other] = sockets();
  using ends = pipe();
  for (
    const [reader, writer] of [[ends.reader, ends.writer], [socket, other]]
  ) {
    const reading = reader!.read(new Uint8Array(1));
    assertEquals(isNonBlocking(reader!), false);
    await writer!.write(bytes(1));
    assertEquals(await reading, 1);
    assertEquals([isNonBlocking(reader!), isNonBlocking(writer!)], [
      false,
      false,
    ]);
  }
  socket.close();
  other.close();
});

testWith("ffi", "those who wait are served in their order", async () => {
  using ends = pipe();
  const buffers = [1, 2, 3].map(() => new Uint8Array(1));
  const reading = buffers.map((buffer) => ends.reader.read(buffer));
  ends.writer.writeSync(bytes(1, 2, 3));
  assertEquals(await Promise.all(reading), [1, 1, 1]);
  assertEquals(buffers, [bytes(1), bytes(2), bytes(3)]);
});

testWith("ffi", "a socket may be read and written at once", async () => {
  const [socket, other] = sockets();
  const filled = fill(socket);
  const buffer = new Uint8Array(8);
  const reading = socket.read(buffer);
  const writing = socket.write(bytes(7));
  other.writeSync(bytes(8));
  assertEquals([await reading, buffer[0]], [1, 8]);
  for (let left = filled; left > 0;) {
    left -= other.readSync(new Uint8Array(left))!;
  }
  assertEquals(await writing, 1);
  assertEquals([await other.read(buffer), buffer[0]], [1, 7]);
  socket.close();
  other.close();
});

testWith("ffi", "an end is told to those who wait", async () => {
  using ends = pipe();
  const reading = [1, 2].map(() => ends.reader.read(new Uint8Array(1)));
  ends.writer.close();
  assertEquals(await Promise.all(reading), [null, null]);
});

testWith("ffi", "an eventfd is waited for", async () => {
  using counter = eventfd();
  const buffer = new BigUint64Array(1);
  const reading = counter.read(new Uint8Array(buffer.buffer));
  await counter.write(new Uint8Array(new BigUint64Array([5n]).buffer));
  assertEquals([await reading, buffer[0]], [8, 5n]);
});

testWith("ffi", "what another one has read is waited for anew", async () => {
  using ends = pipe();
  using copy = ends.reader.dup();
  const buffer = new Uint8Array(1);
  const reading = ends.reader.read(buffer);
  for (let i = 0; i < 20; i++) {
    // The reactor is woken, and finds nothing.
    ends.writer.writeSync(bytes(2));
    copy.readSync(new Uint8Array(1));
    await eventLoopTurns(1);
  }
  ends.writer.writeSync(bytes(1));
  assertEquals([await reading, buffer[0]], [1, 1]);
  await assertThreadFree();
});

testWith(
  "ffi",
  "what can't be read without waiting is read once it is ready",
  async () => {
    using folder = new TempDir();
    const watches: FileDescriptor[] = Array.from(
      { length: MANY },
      () => inotify(folder.path),
    );
    const buffer = new Uint8Array(4096);
    const reading = watches.map((watch) => watch.read(buffer));
    await assertThreadFree();
    Deno.writeTextFileSync(`${folder.path}/new`, "");
    for (const count of await Promise.all(reading)) assert(count! > 0);
    for (const watch of watches) watch.close();
  },
);

testWith(
  "ffi",
  "a buffer that is transferred while a read waits costs no byte",
  async () => {
    using ends = pipe();
    const buffer = new Uint8Array(4);
    const reading = ends.reader.read(buffer);
    buffer.buffer.transfer();
    ends.writer.writeSync(bytes(9));
    await assertRejects(() => reading, TypeError, "transferred");
    const second = new Uint8Array(1);
    assertEquals([await ends.reader.read(second), second[0]], [1, 9]);
  },
);

testWith("ffi", "a buffer may change while a write waits", async () => {
  using ends = pipe();
  let left = fill(ends.writer);
  const source = bytes(1, 2);
  const writing = ends.writer.write(source);
  source.fill(9);
  while (left > 0) left -= ends.reader.readSync(new Uint8Array(left))!;
  assertEquals(await writing, 2);
  const buffer = new Uint8Array(4);
  assertEquals(await ends.reader.read(buffer), 2);
  assertEquals(buffer, bytes(1, 2, 0, 0));
});
