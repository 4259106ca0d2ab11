import { isLinux } from "../internal/runtime/deno.ts";

/**
 * Errors of a process or system that has run out of something: every accept fails
 * for a while.
 */
const EXHAUSTED = new Set(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"]);

/**
 * The same by number, for errors without a `code`: Deno sets none for ENFILE, and
 * errors of seqpacket sockets have none. ENOBUFS is 105 on Linux and 55 on macOS;
 * the other numbers are the same.
 */
const EXHAUSTED_TEXT = isLinux
  ? /\(os error (?:12|23|24|105)\)/
  : /\(os error (?:12|23|24|55)\)/;

/**
 * Whether an accept failed because descriptors or memory have run out. Then the
 * connection is still in the backlog, and another accept would fail too. All other
 * errors concern one connection, for instance one that was reset before it was
 * accepted.
 */
export function isExhaustion(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (code !== undefined) return EXHAUSTED.has(String(code));
  return EXHAUSTED_TEXT.test(error.message);
}
