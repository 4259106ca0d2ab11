import { assertEquals, assertThrows } from "@std/assert";
import {
  FileDescriptor,
  type SharedMemoryLease,
  SharedMemoryPool,
  type SharedMemoryPoolOptions,
} from "../../transports/shared_memory/mod.ts";
import { RpcError, type RpcErrorCode } from "../../protocol/error.ts";
import { raw } from "../descriptor/support.ts";

export const SEAL_SHRINK = 2;
export const SEAL_GROW = 4;
const MFD_ALLOW_SEALING = 2;
const F_ADD_SEALS = 1033;
const F_GET_SEALS = 1034;

/** A memfd as another program might make it. */
export function memfd(
  { size = 4096, seals = SEAL_SHRINK, flags = 0 }: {
    size?: number;
    seals?: number;
    flags?: number;
  } = {},
): FileDescriptor {
  const name = new TextEncoder().encode("test\0");
  const number = raw.memfd_create(name, MFD_ALLOW_SEALING | flags);
  if (number < 0) throw new Error("memfd_create");
  if (raw.ftruncate(number, BigInt(size)) !== 0) throw new Error("ftruncate");
  if (raw.fcntl(number, F_ADD_SEALS, seals) !== 0) throw new Error("seals");
  return new FileDescriptor(number);
}

/** Changes the size of a file; false if that is refused. */
export function resize(fd: FileDescriptor, size: number): boolean {
  return raw.ftruncate(fd.fd, BigInt(size)) === 0;
}

/** The seals of a file. */
export function sealsOf(fd: FileDescriptor): number {
  return raw.fcntl(fd.fd, F_GET_SEALS, 0);
}

/** A pool for a peer that is a promise. */
export class PoolScene implements Disposable {
  readonly pool: SharedMemoryPool;
  readonly #closed = Promise.withResolvers<null>();

  constructor(options?: SharedMemoryPoolOptions) {
    this.pool = new SharedMemoryPool({ closed: this.#closed.promise }, options);
  }

  /** Ends the connection; the pool knows it when this resolves. */
  async end(): Promise<void> {
    this.#closed.resolve(null);
    await this.#closed.promise;
  }

  [Symbol.dispose](): void {
    this.pool.close();
    this.#closed.resolve(null);
  }
}

/** What the other side gets: a descriptor of its own of the same memory. */
export function received(lease: SharedMemoryLease): FileDescriptor {
  return lease.fd.dup();
}

/** Expects an RpcError of a code that leaves the connection alone. */
export function throwsWith(code: RpcErrorCode, fn: () => unknown): RpcError {
  const error = assertThrows(fn, RpcError);
  assertEquals(error.code, code, `${error.code}: ${error.message}`);
  return error;
}
