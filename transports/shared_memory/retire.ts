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
const retired: { readonly address: bigint; readonly size: bigint }[] = [];

/**
 * Gives up mapped memory, whose ArrayBuffer has been detached.
 *
 * Nothing in JavaScript reaches it now, but an operation of the runtime that is
 * under way in a thread may (a digest of the bytes, say), and without notice of its
 * end. Reading unmapped memory would be the end of the process. So fresh zeros
 * take its place, which need no memory as long as nobody writes to them; that takes
 * as long as unmapping. Only the address range is still in use, until as many have
 * come after it as no operation outlives.
 *
 * @param taken Whether a program has the memory by another ArrayBuffer, to which
 * it has transferred the first, maybe in a worker: then the range stays.
 */
export function retire(
  libc: Libc,
  address: bigint,
  size: number,
  taken: boolean,
): void {
  const { mmap, munmap } = libc.symbols;
  const length = BigInt(size);
  const zeros = mmap(
    address,
    length,
    PROT_READ | PROT_WRITE,
    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
    -1,
    0n,
  );
  // It failed for want of kernel memory: what is there is as good to leave.
  if (zeros === MAP_FAILED || taken) return;
  retired.push({ address, size: length });
  if (retired.length <= MAX_RETIRED) return;
  const oldest = retired.shift()!;
  munmap(oldest.address, oldest.size);
}
