/**
 * Run by hostile_test.ts: opens the path in its argument, which is a descriptor of
 * that process, and does its worst. Writes what it got done as a line of JSON.
 */
const libc = Deno.dlopen("libc.so.6", {
  __errno_location: { parameters: [], result: "pointer" },
  fallocate: { parameters: ["i32", "i32", "i64", "i64"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  mmap: {
    parameters: ["usize", "usize", "i32", "i32", "i32", "i64"],
    result: "isize",
  },
  mprotect: { parameters: ["usize", "usize", "i32"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
}).symbols;

const NAMES: Record<number, string> = { 1: "EPERM", 13: "EACCES" };
const O_RDWR = 2;
const SIZE = 4096n;

const path = new TextEncoder().encode(`${Deno.args[0]}\0`);
const fd = libc.open(path, O_RDWR);
if (fd < 0) throw new Error(`Can't open ${Deno.args[0]}`);

function errno(): string {
  const location = libc.__errno_location()!;
  const number = new Deno.UnsafePointerView(location).getInt32();
  return NAMES[number] ?? `E${number}`;
}

const results: Record<string, string> = {};
function attempt(name: string, result: number | bigint): void {
  results[name] = result < 0 ? errno() : "done";
}

attempt("shrink", libc.ftruncate(fd, 0n));
attempt("grow", libc.ftruncate(fd, 2n ** 32n));
attempt("write", libc.write(fd, new Uint8Array([66]), 1n));
// FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
attempt("punch a hole", libc.fallocate(fd, 3, 0n, 8192n));
attempt("map to write", libc.mmap(0n, SIZE, 3, 1, fd, 0n));
const readable = libc.mmap(0n, SIZE, 1, 1, fd, 0n);
if (readable < 0) throw new Error("Not even readable");
attempt("protect to write", libc.mprotect(BigInt(readable), SIZE, 3));
attempt("seal", libc.fcntl(fd, 1033, 8));

console.log(JSON.stringify(results));
