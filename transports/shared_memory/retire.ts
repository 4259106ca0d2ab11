import {
  MAP_ANONYMOUS,
  MAP_FAILED,
  MAP_FIXED,
  MAP_NORESERVE,
  MAP_PRIVATE,
  PROT_READ,
  PROT_WRITE,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";

const MAX_RETIRED = 256;
const retired: { readonly address: bigint; readonly length: bigint }[] = [];

/**
 * Gives up mapped memory, whose ArrayBuffer has been detached.
 *
 * Nothing in JavaScript reaches it now, but an operation that is under way in a
 * thread may (a digest of the bytes, a camera's driver that fills them), and there
 * is no notice of its end. Unmapped memory would be the end of the process. So
 * fresh zeros take its place, which need no memory as long as nobody writes to
 * them; that takes as long as unmapping. Only the address range is still in use,
 * until as many have come after it as no operation outlives.
 *
 * @param taken Whether a program has the memory by another ArrayBuffer, to which
 * it has transferred the first, maybe in a worker: then the range stays for good.
 */
export function retire(
  libc: Libc,
  address: bigint,
  size: number,
  taken: boolean,
): void {
  const length = BigInt(size);
  let replaced = mapZeros(libc, address, length);
  // Where nothing is overcommitted, all that could be written to counts as used.
  while (!replaced && unmapOldest(libc)) {
    replaced = mapZeros(libc, address, length);
  }
  if (taken) return;
  retired.push({ address, length });
  if (!replaced || retired.length > MAX_RETIRED) unmapOldest(libc);
}

function mapZeros(libc: Libc, address: bigint, length: bigint): boolean {
  const access = PROT_READ | PROT_WRITE;
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  const { mmap } = libc.symbols;
  return mmap(address, length, access, flags, -1, 0n) !== MAP_FAILED;
}

function unmapOldest(libc: Libc): boolean {
  const oldest = retired.shift();
  if (oldest === undefined) return false;
  libc.symbols.munmap(oldest.address, oldest.length);
  return true;
}
