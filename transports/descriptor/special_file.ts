import type { Libc } from "../libc/libc.ts";
import { osError } from "../libc/os_error.ts";
import { statOf } from "./statx.ts";

const PROC_MAGIC = 0x9fa0n;
const SYSFS_MAGIC = 0x62656572n;

const ALL = ["read", "write", "net", "env", "sys", "run", "ffi"] as const;

/** Harmless devices, by their numbers (Linux): null, zero, random, urandom, tty. */
const HARMLESS: readonly string[] = ["1:3", "1:5", "1:8", "1:9", "5:0"];

/**
 * Refuses files that give access to more than files, as Deno.open does: the memory
 * and environment of processes, and devices. It checks the opened file, since a
 * path can lead there through links.
 *
 * @throws {Deno.errors.NotCapable} without `--allow-all`
 */
export function requireSpecial(libc: Libc, fd: number, path: string): void {
  const statfs = new BigInt64Array(16);
  if (libc.symbols.fstatfs(fd, statfs) !== 0) {
    throw osError(libc, `Cannot find the file system of ${path}`);
  }
  const { isCharDevice, isBlockDevice, rdev } = statOf(libc, fd);
  const device = rdev ?? 0;
  const number = `${Math.floor(device / 256)}:${device & 0xff}`;
  const special = statfs[0] === PROC_MAGIC || statfs[0] === SYSFS_MAGIC ||
    isBlockDevice || isCharDevice && !HARMLESS.includes(number);
  if (!special || ALL.every(granted)) return;
  throw new Deno.errors.NotCapable(
    `Opening ${path} needs all access: run again with the --allow-all flag`,
  );
}

function granted(name: typeof ALL[number]): boolean {
  return Deno.permissions.querySync({ name }).state === "granted";
}
