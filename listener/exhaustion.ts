/** What a process or a system can run out of, so that every accept fails for a while. */
const EXHAUSTED = new Set(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"]);

/**
 * Their numbers, which are in the text of an error where its `code` is missing:
 * Deno gives ENFILE none, and the seqpacket sockets give none at all. ENOBUFS is
 * 105 on Linux, 55 on macOS; the others are the same.
 */
const EXHAUSTED_TEXT = Deno.build.os === "linux"
  ? /\(os error (?:12|23|24|105)\)/
  : /\(os error (?:12|23|24|55)\)/;

/**
 * Whether an accept failed for want of descriptors or memory: the connection is in
 * the backlog still, and trying at once would fail again. All other errors are of
 * one connection, such as one that was reset before it was accepted.
 */
export function isExhaustion(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (code !== undefined) return EXHAUSTED.has(String(code));
  return EXHAUSTED_TEXT.test(error.message);
}
