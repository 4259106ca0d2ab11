import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  FileDescriptor,
  type FileDescriptorFlags,
} from "../../transports/descriptor/mod.ts";
import { testWith } from "../support/permissions.ts";
import { runChild } from "../support/processes/run_child.ts";
import { TempDir } from "../support/files/temp_dir.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What becomes of a file with "old" in it, when "new" is written if possible. */
function outcome(path: string, flags: FileDescriptorFlags): string {
  Deno.writeTextFileSync(path, "older");
  try {
    using fd = FileDescriptor.open(path, flags);
    const read = attempt(() => fd.readSync(new Uint8Array(2)));
    const written = attempt(() => fd.writeSync(bytes("new")));
    return `${read}, ${written}: ${Deno.readTextFileSync(path)}`;
  } catch (error) {
    return (error as Error).name;
  }
}

function attempt(call: () => number | null): number | null | string {
  try {
    return call();
  } catch (error) {
    return (error as Error).name;
  }
}

testWith("ffi", "the flags mean what they mean in fopen and Node", () => {
  using folder = new TempDir();
  const path = `${folder.path}/file`;
  const outcomes: Record<string, string> = {
    "r": "2, BadResource: older",
    "r+": "2, 3: olnew",
    "w": "BadResource, 3: new",
    "w+": "null, 3: new",
    "a": "BadResource, 3: oldernew",
    "a+": "2, 3: oldernew",
    "wx": "AlreadyExists",
    "wx+": "AlreadyExists",
    "ax": "AlreadyExists",
    "ax+": "AlreadyExists",
  };
  for (const [flags, expected] of Object.entries(outcomes)) {
    assertEquals(outcome(path, flags as FileDescriptorFlags), expected, flags);
  }
});

testWith("ffi", "options mean what they mean in Deno.open", () => {
  using folder = new TempDir();
  const path = `${folder.path}/file`;
  assertEquals(outcome(path, { read: true }), "2, BadResource: older");
  assertEquals(outcome(path, { write: true }), "BadResource, 3: newer");
  assertEquals(outcome(path, { append: true }), "BadResource, 3: oldernew");
  assertEquals(
    outcome(path, { read: true, write: true, truncate: true }),
    "null, 3: new",
  );
  assertEquals(
    outcome(path, { write: true, createNew: true }),
    "AlreadyExists",
  );
});

testWith("all", "a file is created with its mode, and the umask", async () => {
  const url = new URL("umask_child.ts", import.meta.url);
  const expected = [0o022, 0, 0o077].map((umask) => ({
    default: 0o666 & ~umask,
    given: 0o640 & ~umask,
  }));
  assertEquals(await runChild(url), expected);
});

testWith("ffi", "a file URL is a path too", () => {
  using folder = new TempDir();
  const path = `${folder.path}/with blank%`;
  const url = new URL(`file://${folder.path}/with%20blank%25`);
  FileDescriptor.open(url, "w").close();
  assert(Deno.statSync(path).isFile);
  assertThrows(
    () => FileDescriptor.open(new URL("https://localhost/file")),
    TypeError,
    "must begin with file:",
  );
});

testWith("ffi", "flags and paths that make no sense are refused", () => {
  const refused: [string, FileDescriptorFlags][] = [
    ["/tmp", "x" as "r"],
    ["/tmp", {}],
    ["/tmp", { read: true, create: true }],
    ["/tmp", { read: true, truncate: true }],
    ["/tmp", { append: true, truncate: true }],
    ["", "r"],
    ["a\0b", "r"],
  ];
  for (const [path, flags] of refused) {
    assertThrows(() => FileDescriptor.open(path, flags), TypeError);
  }
  assertThrows(
    () => FileDescriptor.open("a", { write: true, mode: 0o10000 }),
    RangeError,
    "mode must be from 0 to 0o7777",
  );
});

testWith("ffi", "the errors are those of Deno.open", () => {
  using folder = new TempDir();
  const { NotFound, IsADirectory, NotADirectory } = Deno.errors;
  const { path } = folder;
  const error = assertThrows(() => FileDescriptor.open(`${path}/a`), NotFound);
  assertEquals(
    error.message,
    `Cannot open ${path}/a: No such file or directory (os error 2)`,
  );
  assertThrows(() => FileDescriptor.open(path, "w"), IsADirectory);
  Deno.writeTextFileSync(`${path}/file`, "");
  assertThrows(() => FileDescriptor.open(`${path}/file/a`), NotADirectory);
});

const PATH = "/dev/null";

testWith("ffi", "opening needs --allow-read for the path", () => {
  FileDescriptor.open(PATH, "w").close();
  for (const flags of ["r", "r+", "a+"] as const) {
    const error = assertThrows(
      () => FileDescriptor.open(PATH, flags),
      Deno.errors.NotCapable,
    );
    assertEquals(
      error.message,
      "Opening /dev/null needs read access: run again with the --allow-read flag",
    );
  }
}, { permissions: { ffi: true, write: [PATH], read: ["/tmp"] } });

testWith("ffi", "opening needs --allow-write for the path", () => {
  FileDescriptor.open(PATH, "r").close();
  for (const flags of ["r+", "w", "wx", "a"] as const) {
    const error = assertThrows(
      () => FileDescriptor.open(PATH, flags),
      Deno.errors.NotCapable,
    );
    assertEquals(
      error.message,
      "Opening /dev/null needs write access: run again with the --allow-write flag",
    );
  }
}, { permissions: { ffi: true, read: [PATH], write: ["/tmp"] } });

testWith("ffi", "opening needs --allow-ffi", () => {
  assertThrows(
    () => FileDescriptor.open(PATH),
    Deno.errors.NotCapable,
    "--allow-ffi",
  );
}, { permissions: { ffi: false, read: true } });
