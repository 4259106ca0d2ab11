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
 * Gives up mapped memory whose ArrayBuffer has been detached.
 *
 * JavaScript can't reach it any more. But an operation in a thread may still use it
 * (a digest of the bytes, a camera's driver that fills them), and there is no
 * notice of its end. If the memory were unmapped, that would end the process. So it
 * is replaced by zeros, which need no memory as long as nobody writes to them; this
 * takes as long as unmapping. The address range stays in use until enough others
 * have been retired after it that no operation can still use it.
 *
 * @param taken Whether the program has transferred the ArrayBuffer, maybe to a
 * worker, and so has the memory by another one. Then the range stays for good.
 */
export function retire(
  libc: Libc,
  address: bigint,
  size: number,
  taken: boolean,
): void {
  const length = BigInt(size);
  let replaced = mapZeros(libc, address, length);
  // Without overcommit, all memory that could be written to counts as used, so the
  // kernel may refuse until older ranges are unmapped.
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
