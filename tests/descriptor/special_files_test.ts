/** Files by which a program gets at more than files. */
import { assertEquals, assertThrows } from "@std/assert";
import { FileDescriptor } from "../../transports/descriptor/mod.ts";
import { PERMISSIONS, testWith } from "../support/permissions.ts";
import { exists } from "../support/files/exists.ts";
import { TempDir } from "../support/files/temp_dir.ts";

const WITHOUT_ALL = { permissions: { ffi: true, read: true, write: true } };
const PROC = [
  "/proc/self/mem",
  "/proc/self/environ",
  "/proc/self/maps",
  "/proc/self/status",
  "/proc/version",
];
const { NotCapable } = Deno.errors;

/** A device that opens for everybody. Without all access it can't be looked for. */
const TERMINALS = "/dev/ptmx";
const hasTerminals = PERMISSIONS.all.granted && exists(TERMINALS);

/** Fails unless Deno.open and FileDescriptor.open refuse a path. */
function assertRefused(path: string): void {
  assertThrows(() => Deno.openSync(path).close(), NotCapable);
  assertRefusedHere(path);
}

/** Fails unless FileDescriptor.open refuses a path. */
function assertRefusedHere(path: string): void {
  const error = assertThrows(
    () => FileDescriptor.open(path).close(),
    NotCapable,
  );
  assertEquals(
    error.message,
    `Opening ${path} needs all access: run again with the --allow-all flag`,
  );
}

testWith(
  "ffi",
  "What is in /proc and /sys needs --allow-all",
  () => {
    for (const path of [...PROC, "/sys/kernel"]) assertRefused(path);
  },
  WITHOUT_ALL,
);

testWith(
  "ffi",
  "A link to what is in /proc needs --allow-all, whatever folder it is in",
  () => {
    using folder = new TempDir();
    Deno.symlinkSync("/proc/self", `${folder.path}/process`);
    for (const name of ["environ", "mem"]) {
      const link = `${folder.path}/${name}`;
      Deno.symlinkSync(`/proc/self/${name}`, link);
      for (const path of [link, `${folder.path}/process/${name}`]) {
        assertRefusedHere(path);
      }
    }
  },
  WITHOUT_ALL,
);

testWith(
  "ffi",
  "A device needs --allow-all, unless it does no harm",
  () => {
    if (hasTerminals) assertRefused(TERMINALS);
    for (const path of ["/dev/null", "/dev/zero", "/dev/urandom"]) {
      Deno.openSync(path).close();
      FileDescriptor.open(path).close();
    }
  },
  WITHOUT_ALL,
);

testWith("all", "With --allow-all they open", () => {
  for (const path of PROC) FileDescriptor.open(path).close();
  if (hasTerminals) FileDescriptor.open(TERMINALS).close();
});
