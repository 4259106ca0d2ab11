import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { FileDescriptor } from "../../transports/descriptor/mod.ts";
import { testWith } from "../support/permissions.ts";
import { pipe, untilBroken } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

testWith("ffi", "what is written to a pipe is read from it", async () => {
  using ends = pipe();
  const buffer = new Uint8Array(8);
  assertEquals(ends.writer.writeSync(new Uint8Array([1, 2])), 2);
  assertEquals(ends.reader.readSync(buffer), 2);
  assertEquals(await ends.writer.write(new Uint8Array([3, 4, 5])), 3);
  assertEquals(await ends.reader.read(buffer.subarray(2)), 3);
  assertEquals(buffer, new Uint8Array([1, 2, 3, 4, 5, 0, 0, 0]));
  ends.writer.close();
  assertEquals(await ends.reader.read(buffer), null);
  assertEquals(ends.reader.readSync(buffer), null);
});

testWith("ffi", "a read waits for the other end", async () => {
  using ends = pipe();
  const buffer = new Uint8Array(8);
  const reading = ends.reader.read(buffer);
  await ends.writer.write(new Uint8Array([9]));
  assertEquals(await reading, 1);
  assertEquals(buffer[0], 9);
});

testWith("ffi", "no bytes are 0, and not the end", async () => {
  using ends = pipe();
  ends.writer.writeSync(new Uint8Array(1));
  assertEquals(ends.reader.readSync(new Uint8Array(0)), 0);
  assertEquals(await ends.reader.read(new Uint8Array(0)), 0);
  assertEquals(await ends.writer.write(new Uint8Array(0)), 0);
});

testWith("ffi", "a buffer may change or go while a write waits", async () => {
  using ends = pipe();
  const source = new Uint8Array(64).fill(1);
  const writing = ends.writer.write(source);
  source.fill(2);
  source.buffer.transfer();
  assertEquals(await writing, 64);
  const buffer = new Uint8Array(64);
  assertEquals(await ends.reader.read(buffer), 64);
  assertEquals(buffer, new Uint8Array(64).fill(1));
});

testWith("ffi", "a large file is written and read in parts", async () => {
  using folder = new TempDir();
  const path = `${folder.path}/large`;
  const bytes = new Uint8Array(3 * 1024 * 1024 + 5).map((_, i) => i * 7);
  using file = FileDescriptor.open(path, "w");
  for (let done = 0; done < bytes.length;) {
    done += await file.write(bytes.subarray(done));
  }
  assertEquals(Deno.readFileSync(path), bytes);
  using back = FileDescriptor.open(path);
  const copy = new Uint8Array(bytes.length);
  for (let done = 0;;) {
    const count = await back.read(copy.subarray(done));
    if (count === null || done === copy.length) break;
    done += count;
  }
  assertEquals(copy, bytes);
});

testWith("ffi", "a non-blocking descriptor gives WouldBlock", async () => {
  using ends = pipe({ nonBlocking: true });
  const buffer = new Uint8Array(65536);
  const { WouldBlock } = Deno.errors;
  assertThrows(() => ends.reader.readSync(buffer), WouldBlock);
  await assertRejects(() => ends.reader.read(buffer), WouldBlock);
  while (!isFull(ends.writer, buffer));
  await assertRejects(() => ends.writer.write(buffer), WouldBlock);
});

function isFull(writer: FileDescriptor, bytes: Uint8Array): boolean {
  try {
    writer.writeSync(bytes);
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.WouldBlock) return true;
    throw error;
  }
}

testWith(
  "ffi",
  "errors are those of Deno, with the call's reason",
  async () => {
    using ends = pipe();
    ends.reader.close();
    const one = new Uint8Array(1);
    assertInstanceOf(await untilBroken(ends.writer), Deno.errors.BrokenPipe);
    await assertRejects(() => ends.writer.write(one), Deno.errors.BrokenPipe);

    using folder = new TempDir();
    using directory = FileDescriptor.open(folder.path);
    const { IsADirectory } = Deno.errors;
    assertThrows(() => directory.readSync(one), IsADirectory);
    const error = await assertRejects(() => directory.read(one), IsADirectory);
    assertEquals(
      error.message,
      `Cannot read from file descriptor ${directory.fd}: Is a directory (os error 21)`,
    );
    await assertRejects(() => directory.write(one), Deno.errors.BadResource);
  },
);
