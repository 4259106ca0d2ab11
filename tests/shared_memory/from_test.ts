import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  FileDescriptor,
  SharedMemory,
} from "../../transports/shared_memory/mod.ts";
import { eventfd, pipe } from "../descriptor/support.ts";
import { testWith } from "../support/permissions.ts";
import {
  memfd,
  resize,
  SEAL_GROW,
  SEAL_SHRINK,
  throwsWith,
} from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

/** Expects that mapping is refused, and that the descriptor is left alone. */
function refused(
  fd: FileDescriptor,
  message: string,
  options: { writable?: boolean; maxSize?: number } = {},
): void {
  const error = throwsWith(
    "invalid-shared-memory",
    () => SharedMemory.from(fd, options),
  );
  assert(error.message.includes(message), error.message);
  assertEquals([error.fatal, error.side], [false, "remote"]);
  assertEquals(fd.closed, false);
  fd.stat();
  fd.close();
}

testWith("ffi", "what one side writes the other reads", () => {
  using memory = SharedMemory.create(10_000);
  memory.seal();
  const fd = memory.fd.dup();
  using same = SharedMemory.from(fd);
  assert(same.fd === fd);
  assertEquals(same.size, 10_000);
  assertEquals(same.writable, false);
  memory.bytes.fill(5);
  assertEquals(same.bytes, new Uint8Array(10_000).fill(5));
  memory.bytes.fill(6);
  assertEquals(same.bytes, new Uint8Array(10_000).fill(6));
});

testWith(
  "ffi",
  "what the reading side writes stays there, with its page",
  () => {
    using memory = SharedMemory.create(200_000);
    memory.seal();
    using same = SharedMemory.from(memory.fd.dup());
    memory.bytes.fill(1);
    same.bytes[0] = 99;
    assertEquals(memory.bytes[0], 1);
    memory.bytes.fill(2);
    assertEquals(same.bytes[0], 99);
    assertEquals(same.bytes[1], 1);
    // No page is larger than 64 KiB.
    assertEquals(same.bytes[65536], 2);
  },
);

testWith(
  "ffi",
  "with writable on both sides, each reads what the other writes",
  () => {
    using memory = SharedMemory.create(10);
    memory.seal({ writable: true });
    using same = SharedMemory.from(memory.fd.dup(), { writable: true });
    assertEquals(same.writable, true);
    same.bytes[0] = 1;
    memory.bytes[1] = 2;
    assertEquals(memory.bytes[0], 1);
    assertEquals(same.bytes[1], 2);
  },
);

testWith("ffi", "memory that could be shrunk is refused", () => {
  using memory = SharedMemory.create(10);
  refused(memory.fd.dup(), "must call seal()");
  refused(memfd({ seals: 0 }), "can be shrunk");
  refused(memfd({ seals: SEAL_GROW }), "can be shrunk");
  SharedMemory.from(memfd({ seals: SEAL_SHRINK })).close();
});

testWith("ffi", "what is no memfd is refused", () => {
  using folder = new TempDir();
  const file = FileDescriptor.open(`${folder.path}/file`, "w+");
  file.writeSync(new Uint8Array(4096));
  refused(file, "no shared memory");
  refused(FileDescriptor.open(folder.path), "no shared memory");
  refused(FileDescriptor.open("/dev/zero"), "no shared memory");
  refused(eventfd(), "no shared memory");
  const { reader, writer } = pipe();
  refused(reader, "no shared memory");
  refused(writer, "no shared memory");
});

testWith(
  "ffi",
  "memory that is empty or too large is refused, with the numbers",
  () => {
    refused(memfd({ size: 0 }), "a size of 0");
    refused(memfd({ size: 2 ** 30 + 1 }), "has 1073741825 bytes");
    refused(memfd({ size: 2 ** 45 }), "raise maxSize");
    refused(memfd({ size: 101 }), "at most 100 are accepted", { maxSize: 100 });
    using fd = memfd({ size: 101 });
    const error = throwsWith(
      "invalid-shared-memory",
      () => SharedMemory.from(fd, { maxSize: 100 }),
    );
    assertEquals([error.limit, error.actual], [100, 101]);
    using memory = SharedMemory.from(memfd({ size: 2 ** 30 + 1 }), {
      maxSize: 2 ** 32,
    });
    assertEquals(memory.bytes.at(-1), 0);
  },
);

testWith(
  "ffi",
  "memory that is sealed against writing can't be mapped so",
  () => {
    using memory = SharedMemory.create(10);
    memory.seal();
    refused(memory.fd.dup(), "seal({ writable: true })", { writable: true });
  },
);

testWith("all", "a descriptor that may only write is refused", () => {
  using memory = SharedMemory.create(10);
  memory.seal({ writable: true });
  const path = `/proc/self/fd/${memory.fd.fd}`;
  refused(FileDescriptor.open(path, { write: true }), "not open for reading");
  refused(FileDescriptor.open(path), "sealed against", { writable: true });
  SharedMemory.from(FileDescriptor.open(path)).close();
});

testWith("ffi", "the size counts at the moment of mapping", () => {
  const fd = memfd({ size: 4096 });
  assert(resize(fd, 8192));
  using memory = SharedMemory.from(fd);
  assertEquals(memory.bytes.length, 8192);
  // Later it may grow, which the mapping doesn't follow, but not shrink.
  assert(resize(fd, 16384));
  assert(!resize(fd, 4096));
  assertEquals(memory.size, 8192);
  assertEquals(memory.bytes.at(-1), 0);
});

testWith("ffi", "a closed descriptor, or none, is a TypeError", () => {
  const fd = memfd();
  fd.close();
  assertThrows(() => SharedMemory.from(fd), TypeError, "closed");
  const other = { fd: 3 } as unknown as FileDescriptor;
  assertThrows(() => SharedMemory.from(other), TypeError, "FileDescriptor");
});

testWith("ffi", "a maxSize that can't be is refused", () => {
  using fd = memfd();
  for (const maxSize of [0, 1.5, 2 ** 32 + 1]) {
    assertThrows(
      () => SharedMemory.from(fd, { maxSize }),
      RangeError,
      "maxSize",
    );
  }
});
