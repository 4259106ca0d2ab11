import {
  MADV_REMOVE,
  MAP_ANONYMOUS,
  MAP_FAILED,
  MAP_FIXED,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED,
  PROT_READ,
  PROT_WRITE,
} from "../libc/constants.ts";
import { type Libc, osError } from "../libc/libc.ts";
import { WorkerEnd, type WorkerResource } from "../libc/worker_end.ts";
import { decodeText } from "../../protocol/body.ts";

/**
 * V8 counts the bytes of every ArrayBuffer, also of memory that isn't its own, and
 * collects garbage when the sum rises by more than 64 MiB and a tenth. With a new
 * buffer for each frame of 64 MiB that could be at each frame, for 10 ms. So a mapping
 * whose buffer changes has some more, which nobody uses: what changes is a smaller
 * part of the sum.
 */
const COUNTERWEIGHTS = 16;
const HEAVY_LEN = 8 * 1024 * 1024;

const NOTHING = new Uint8Array(0);

/** A file mapped into memory, as an ArrayBuffer that can be detached. */
export class Mapping implements Disposable {
  readonly #libc: Libc;
  readonly #address: bigint;
  readonly #size: number;
  /** Null until somebody asks for it. */
  #bytes: Uint8Array<ArrayBuffer> | null = null;
  #counterweights: ArrayBuffer[] = [];
  #taken = false;
  #closed = false;
  /**
   * Gives up the memory at the end of the worker, unless the buffer was
   * transferred: another thread may be using it.
   */
  readonly #resource: WorkerResource = {
    close: () => {
      if (!this.taken) this[Symbol.dispose]();
    },
  };

  /**
   * Maps the first `size` bytes of a file, which must have that many.
   *
   * A mapping that isn't shared is private (copy on write), not read-only: a write
   * to read-only memory would end the process. Pages that nobody writes to are
   * still the file's own memory, and as fast to read.
   *
   * @throws {Error} if the system refuses
   */
  constructor(libc: Libc, fd: number, size: number, shared: boolean) {
    const address = libc.symbols.mmap(
      0n,
      BigInt(size),
      PROT_READ | PROT_WRITE,
      shared ? MAP_SHARED : MAP_PRIVATE | MAP_NORESERVE,
      fd,
      0n,
    );
    if (address === MAP_FAILED) {
      throw osError(libc, `Cannot map file descriptor ${fd}`);
    }
    this.#libc = libc.retain();
    this.#address = address;
    this.#size = size;
    WorkerEnd.current.add(this.#resource);
  }

  /** The memory; empty once this is disposed. A view is, too, from the next `renew` on. */
  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#closed) return NOTHING;
    return this.#bytes ??= this.#view();
  }

  /** Whether the program has transferred the buffer, and may still have it. */
  get taken(): boolean {
    return this.#taken ||= this.#bytes?.buffer.detached === true;
  }

  /** The program has transferred a window of it, and may still have that. */
  take(): void {
    this.#taken = true;
  }

  /** Detaches the buffer; `bytes` is another one for the same memory from then on. */
  renew(): void {
    if (this.#bytes === null) return;
    this.#balance();
    this.#detach();
  }

  /** A part of the memory, as an ArrayBuffer of its own that the caller detaches. */
  window(offset: number, length: number): Uint8Array<ArrayBuffer> {
    this.#balance();
    return this.#at(this.#address + BigInt(offset), length);
  }

  /**
   * Gives pages of the file back to the system, for all who have mapped it. They
   * are zeros from then on. If the system refuses, they stay as they are.
   *
   * @param offset Where they begin: a multiple of the size of a page.
   */
  discard(offset: number, length: number): void {
    const { madvise } = this.#libc.symbols;
    const address = this.#address + BigInt(offset);
    madvise(address, BigInt(length), MADV_REMOVE);
  }

  /** Detaches the buffer, and gives up the memory. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#detach();
    for (const buffer of this.#counterweights.splice(0)) buffer.transfer(0);
    this.#closed = true;
    WorkerEnd.current.delete(this.#resource);
    retire(this.#libc, this.#address, this.#size, this.#taken);
    this.#libc[Symbol.dispose]();
  }

  // Transferring to a length of 0 leaves no buffer that has the memory. A transfer
  // at full length left one that V8 counted, and it collected garbage at each
  // frame.
  #detach(): void {
    if (!this.taken) this.#bytes?.buffer.transfer(0);
    this.#bytes = null;
  }

  #balance(): void {
    const buffers = this.#counterweights;
    if (this.#size < HEAVY_LEN || buffers.length > 0) return;
    for (let i = 0; i < COUNTERWEIGHTS; i++) buffers.push(this.#view().buffer);
  }

  #view(): Uint8Array<ArrayBuffer> {
    return this.#at(this.#address, this.#size);
  }

  #at(address: bigint, length: number): Uint8Array<ArrayBuffer> {
    const pointer = Deno.UnsafePointer.create(address)!;
    const view = Deno.UnsafePointerView.getArrayBuffer(pointer, length);
    return new Uint8Array(view);
  }
}

/**
 * Copies a part of memory that another process may be writing to, into memory of
 * this process. `start` and `end` are as in `subarray`.
 */
export function copyOut(
  bytes: Uint8Array<ArrayBuffer>,
  start?: number,
  end?: number,
): Uint8Array<ArrayBuffer> {
  return bytes.slice(start, end);
}

/**
 * Copies, and decodes the copy as UTF-8. A decoder looks at bytes twice, and
 * crashes if they have changed in between.
 */
export function textOut(
  bytes: Uint8Array<ArrayBuffer>,
  start?: number,
  end?: number,
): string {
  return decodeText(copyOut(bytes, start, end));
}

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
