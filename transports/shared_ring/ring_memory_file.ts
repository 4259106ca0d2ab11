import { RpcError } from "../../protocol/error.ts";
import type { FileDescriptor } from "../descriptor/file_descriptor.ts";
import {
  F_GET_SEALS,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
} from "../libc/constants.ts";
import type { Libc } from "../libc/libc.ts";
import { checkRegion, createMemfd, sealMemfd } from "../shared_memory/memfd.ts";
import { ringViolation } from "./ring_error.ts";

/** Without these, the other side could take memory away, or forbid writing to it. */
const NEEDED = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
const FORBIDDEN = F_SEAL_WRITE | F_SEAL_FUTURE_WRITE;

/**
 * Makes the memory of a connection, as a file that has no name, and seals its size.
 *
 * @throws {Error} If the process has no descriptor or no memory left.
 */
export function createRingMemory(libc: Libc, size: number): FileDescriptor {
  const fd = createMemfd(libc, size, "fizyr-rpc-ring");
  try {
    sealMemfd(libc, fd.fd, true);
    return fd;
  } catch (error) {
    fd.close();
    throw error;
  }
}

/**
 * Checks the memory that the other side has made.
 *
 * @throws {RpcError} If it isn't what was agreed, or the other side could crash this
 * process by it.
 */
export function checkRingMemory(libc: Libc, fd: number, size: number): void {
  let actual: number;
  try {
    actual = checkRegion(libc, fd, size);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw ringViolation(error.message, error.actual);
  }
  if (actual !== size) {
    throw ringViolation(
      `The memory of the rings has ${actual} bytes, where ${size} were agreed on`,
      actual,
    );
  }
  const seals = libc.symbols.fcntl(fd, F_GET_SEALS, 0);
  if ((seals & NEEDED) === NEEDED && (seals & FORBIDDEN) === 0) return;
  throw ringViolation(
    `The memory of the rings isn't sealed as it has to be: F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_SEAL set, F_SEAL_WRITE and F_SEAL_FUTURE_WRITE not set; the seals are 0x${
      seals.toString(16)
    }`,
    seals,
  );
}
