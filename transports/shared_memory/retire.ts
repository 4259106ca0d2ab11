import {
  MAP_ANONYMOUS,
  MAP_FAILED,
  MAP_FIXED,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED,
  MFD_CLOEXEC,
  PROT_READ,
  PROT_WRITE,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";

const MAX_RETIRED = 256;
const NAME = new TextEncoder().encode("fizyr-rpc-retired\0");
const retired: { readonly address: bigint; readonly size: bigint }[] = [];

/** What may still be done to memory that is given up. */
export interface LateUse {
  /** Whether an operation under way may write to it. */
  readonly writes: boolean;
  /**
   * Whether a program has it by another ArrayBuffer, to which it has transferred
   * the first, maybe in a worker.
   */
  readonly taken: boolean;
}

/**
 * Gives up mapped memory, whose ArrayBuffer has been detached.
 *
 * Nothing in JavaScript reaches it now, but an operation that is under way in a
 * thread may (a digest of the bytes, a camera's driver that fills them), and there
 * is no notice of its end. Unmapped memory would be the end of the process. So
 * zeros take its place, which need no memory as long as nobody uses them; that
 * takes as long as unmapping. Only the address range is still in use, until as many
 * have come after it as no operation outlives; for good if it was taken.
 */
export function retire(
  libc: Libc,
  address: bigint,
  size: number,
  { writes, taken }: LateUse,
): void {
  const { munmap } = libc.symbols;
  const length = BigInt(size);
  const replaced = writes || taken
    ? mapFile(libc, address, length)
    : mapZeros(libc, address, length);
  if (taken) return;
  if (!replaced) {
    munmap(address, length);
    return;
  }
  retired.push({ address, size: length });
  if (retired.length <= MAX_RETIRED) return;
  const oldest = retired.shift()!;
  munmap(oldest.address, oldest.size);
}

// Systems that overcommit no memory count it for what can only be read not at all.
function mapZeros(libc: Libc, address: bigint, length: bigint): boolean {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  const { mmap } = libc.symbols;
  return mmap(address, length, PROT_READ, flags, -1, 0n) !== MAP_FAILED;
}

// And of a file in memory only what is used.
function mapFile(libc: Libc, address: bigint, length: bigint): boolean {
  const { mmap, memfd_create, ftruncate, close } = libc.symbols;
  const fd = memfd_create(NAME, MFD_CLOEXEC);
  if (fd < 0) return false;
  const access = PROT_READ | PROT_WRITE;
  const flags = MAP_SHARED | MAP_FIXED;
  const mapped = ftruncate(fd, length) === 0 &&
    mmap(address, length, access, flags, fd, 0n) !== MAP_FAILED;
  close(fd);
  return mapped;
}
