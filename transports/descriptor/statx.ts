import {
  AT_EMPTY_PATH,
  S_IFBLK,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  STATX_BASIC_STATS,
  STATX_BTIME,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";

const NO_PATH = new Uint8Array(1);
const buffer = new Uint8Array(256);
const view = new DataView(buffer.buffer);

/** A file's device and inode, in one string. They identify it as long as it is open. */
export function identityOf(libc: Libc, fd: number): string {
  fill(libc, fd);
  return `${u32(136)}:${u32(140)}:${u64(32)}`;
}

/** What kind of file it is: one of the S_IF constants, or 0 for an eventfd and the like. */
export function typeOf(libc: Libc, fd: number): number {
  fill(libc, fd);
  return view.getUint16(28, true) & S_IFMT;
}

/** The exact size of a file. */
export function sizeOf(libc: Libc, fd: number): bigint {
  fill(libc, fd);
  return u64(40);
}

/** The same information about a descriptor as `Deno.stat` gives for a path. */
export function statOf(libc: Libc, fd: number): Deno.FileInfo {
  fill(libc, fd);
  const mode = view.getUint16(28, true);
  const is = (type: number): boolean => (mode & S_IFMT) === type;
  return {
    isFile: is(S_IFREG),
    isDirectory: is(S_IFDIR),
    isSymlink: is(0o120000),
    size: Number(u64(40)),
    mtime: time(112),
    atime: time(64),
    birthtime: (u32(0) & STATX_BTIME) === 0 ? null : time(80),
    ctime: time(96),
    dev: device(136),
    ino: Number(u64(32)),
    mode,
    nlink: u32(16),
    uid: u32(20),
    gid: u32(24),
    rdev: device(128),
    blksize: u32(4),
    blocks: Number(u64(48)),
    isBlockDevice: is(S_IFBLK),
    isCharDevice: is(0o020000),
    isFifo: is(0o010000),
    isSocket: is(S_IFSOCK),
  };
}

// Unlike fstat's, this struct is the same on all architectures.
function fill(libc: Libc, fd: number): void {
  const mask = STATX_BASIC_STATS | STATX_BTIME;
  const { statx } = libc.symbols;
  if (statx(fd, NO_PATH, AT_EMPTY_PATH, mask, buffer) !== 0) {
    throw osError(libc, `Cannot stat file descriptor ${fd}`);
  }
}

function u32(offset: number): number {
  return view.getUint32(offset, true);
}

function u64(offset: number): bigint {
  return view.getBigUint64(offset, true);
}

function time(offset: number): Date {
  const seconds = Number(view.getBigInt64(offset, true));
  return new Date(seconds * 1000 + Math.trunc(u32(offset + 8) / 1e6));
}

// Joins the major and the minor number as C's makedev does.
function device(offset: number): number {
  const major = u32(offset);
  const minor = u32(offset + 4);
  const low = (major & 0xfff) << 8 | minor & 0xff;
  return low + Math.floor(minor / 256) * 2 ** 20 +
    Math.floor(major / 4096) * 2 ** 44;
}

const PROC_MAGIC = 0x9fa0n;
const SYSFS_MAGIC = 0x62656572n;

const ALL_PERMISSIONS = [
  "read",
  "write",
  "net",
  "env",
  "sys",
  "run",
  "ffi",
] as const;

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
  if (!special || ALL_PERMISSIONS.every(granted)) return;
  throw new Deno.errors.NotCapable(
    `Opening ${path} needs all access: run again with the --allow-all flag`,
  );
}

function granted(name: typeof ALL_PERMISSIONS[number]): boolean {
  return Deno.permissions.querySync({ name }).state === "granted";
}
