import { assert, assertEquals, assertThrows } from "@std/assert";
import { FileDescriptor } from "../../transports/descriptor/mod.ts";
import { Libc } from "../../transports/libc/libc.ts";
import { testWith } from "../support/permissions.ts";
import { flagsOf, pipe } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

testWith("ffi", "an adopted descriptor is not inherited by children", () => {
  using folder = new TempDir();
  Deno.writeTextFileSync(`${folder.path}/a`, "text");
  using libc = Libc.require("The test");
  const path = new TextEncoder().encode(`${folder.path}/a\0`);
  const number = libc.symbols.open(path, 0, 0);
  assertEquals(flagsOf(number), { open: true, cloexec: false });
  using fd = new FileDescriptor(number);
  assertEquals(fd.fd, number);
  assertEquals(flagsOf(number), { open: true, cloexec: true });
});

testWith("ffi", "every descriptor that is made is CLOEXEC", () => {
  using folder = new TempDir();
  using opened = FileDescriptor.open(`${folder.path}/a`, "w");
  using copy = opened.dup();
  using ends = pipe();
  for (const { fd } of [opened, copy, ends.reader, ends.writer]) {
    assertEquals(flagsOf(fd), { open: true, cloexec: true });
  }
});

testWith("ffi", "a number that is not open can't be adopted", () => {
  const error = assertThrows(
    () => new FileDescriptor(2147483647),
    Deno.errors.BadResource,
  );
  assertEquals(
    error.message,
    "Cannot adopt file descriptor 2147483647: Bad file descriptor (os error 9)",
  );
});

testWith("ffi", "what is no number of a descriptor can't be adopted", () => {
  for (const number of [-1, 1.5, NaN, 2147483648, Infinity]) {
    const error = assertThrows(() => new FileDescriptor(number), RangeError);
    assert(error.message.endsWith(`got ${number}`), error.message);
  }
});

testWith("ffi", "a received descriptor is adopted as it is", () => {
  using ends = pipe();
  using libc = Libc.require("The test");
  const { fcntl } = libc.symbols;
  const number = fcntl(ends.reader.fd, 1030, 0);
  using fd = new FileDescriptor(number, libc);
  assertEquals(fd.fd, number);
  assert(fd.stat().isFifo);
  // The one after it is checked again.
  assertThrows(() => new FileDescriptor(2147483647), Deno.errors.BadResource);
});

testWith("ffi", "a descriptor needs --allow-ffi", () => {
  const error = assertThrows(
    () => new FileDescriptor(0),
    Deno.errors.NotCapable,
  );
  assertEquals(
    error.message,
    "A file descriptor is reached through the system's C library: run again with the --allow-ffi flag, without a scope",
  );
}, { permissions: { ffi: false } });
