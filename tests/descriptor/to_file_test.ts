import { assertEquals, assertRejects } from "@std/assert";
import { FileDescriptor } from "../../transports/descriptor/mod.ts";
import { testWith } from "../support/permissions.ts";
import { eventfd, pipe, sockets } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

testWith(
  "all",
  "toFile starts at 0 and leaves the descriptor as it is",
  async () => {
    using folder = new TempDir();
    using fd = FileDescriptor.open(`${folder.path}/file`, "w+");
    fd.writeSync(bytes("hello"));
    {
      using file = await fd.toFile();
      const buffer = new Uint8Array(8);
      assertEquals(await file.read(buffer), 5);
      assertEquals(await file.write(bytes(" world")), 6);
    }
    // This one has a position of its own, at 5.
    const rest = new Uint8Array(16);
    assertEquals(fd.readSync(rest), 6);
    assertEquals(new TextDecoder().decode(rest.subarray(0, 6)), " world");
  },
);

testWith("all", "toFile has the descriptor's access", async () => {
  using folder = new TempDir();
  const path = `${folder.path}/file`;
  Deno.writeTextFileSync(path, "12345");
  using reader = FileDescriptor.open(path);
  using read = await reader.toFile();
  await assertRejects(() => read.write(bytes("6")));
  using writer = FileDescriptor.open(path, "r+");
  using written = await writer.toFile();
  await written.write(bytes("6"));
  using appender = FileDescriptor.open(path, "a");
  using appended = await appender.toFile();
  await appended.write(bytes("7"));
  assertEquals(Deno.readTextFileSync(path), "623457");
});

testWith("all", "toFile works for pipes", async () => {
  using ends = pipe();
  using writer = await ends.writer.toFile();
  using reader = await ends.reader.toFile();
  await writer.write(bytes("text"));
  const buffer = new Uint8Array(8);
  assertEquals(await reader.read(buffer), 4);
});

testWith(
  "all",
  "toFile of a file that was closed meanwhile is that file",
  async () => {
    using folder = new TempDir();
    const path = `${folder.path}/file`;
    Deno.writeTextFileSync(path, "12345");
    const fd = FileDescriptor.open(path);
    const opening = fd.toFile();
    fd.close();
    using file = await opening;
    assertEquals(await file.read(new Uint8Array(8)), 5);
  },
);

testWith("all", "toFile refuses what is no file", async () => {
  using event = eventfd();
  for (const fd of [...sockets(), event]) {
    const error = await assertRejects(
      () => fd.toFile(),
      Deno.errors.NotSupported,
    );
    assertEquals(
      error.message,
      "Only a file, a pipe or a device can be opened once more, not a socket or an eventfd",
    );
    fd.close();
  }
});

testWith(
  "all",
  "toFile without --allow-all names the way without it",
  async () => {
    using fd = FileDescriptor.open("/dev/null");
    const error = await assertRejects(
      () => fd.toFile(),
      Deno.errors.NotCapable,
    );
    assertEquals(
      error.message,
      "toFile opens /proc/self/fd, which Deno gives only to --allow-all: run again with it, or use read and write, which --allow-ffi is enough for",
    );
    // What it names.
    assertEquals(await fd.read(new Uint8Array(1)), null);
  },
  { permissions: { ffi: true, read: true, write: true } },
);
