import { assert, assertEquals } from "@std/assert";
import { FileDescriptor } from "../../transports/descriptor/mod.ts";
import { testWith } from "../support/permissions.ts";
import { pipe, sockets } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

// What others change while the test runs, and what Deno cuts to seconds.
function steady(info: Deno.FileInfo): Partial<Deno.FileInfo> {
  const { atime: _, ctime: __, ...rest } = info;
  return rest;
}

testWith(
  "ffi",
  "stat says of a descriptor what Deno.stat says of its path",
  () => {
    using folder = new TempDir();
    const path = `${folder.path}/file`;
    Deno.writeTextFileSync(path, "12345", { mode: 0o640 });
    for (const name of [path, folder.path, "/dev/null"]) {
      using fd = FileDescriptor.open(name);
      assertEquals(steady(fd.stat()), steady(Deno.statSync(name)), name);
    }
    using fd = FileDescriptor.open(path);
    const { atime, ctime } = fd.stat();
    assertEquals(atime, Deno.statSync(path).atime);
    const seconds = Math.floor(Deno.statSync(path).ctime!.getTime() / 1000);
    assertEquals(Math.floor(ctime!.getTime() / 1000), seconds);
  },
);

testWith("ffi", "stat tells pipes and sockets apart", () => {
  using ends = pipe();
  assert(ends.reader.stat().isFifo);
  assert(!ends.reader.stat().isFile);
  for (const socket of sockets()) {
    assert(socket.stat().isSocket);
    socket.close();
  }
});
