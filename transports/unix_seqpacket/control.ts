import { SCM_MAX_FD, SCM_RIGHTS, SOL_SOCKET } from "../libc/constants.ts";

// struct cmsghdr { u64 len; i32 level; i32 type }, then the data; the next one
// begins at a multiple of 8.
const HEADER_LEN = 16;
const LEVEL = 2;
const TYPE = 3;
const DATA = 4;

/** Room for the control message of one datagram, in 32-bit words. */
export const CONTROL_WORDS = DATA + SCM_MAX_FD + 1;

/** Writes a control message that carries descriptors. Returns its length in bytes. */
export function encodeRights(
  words: Uint32Array,
  at: number,
  fds: readonly number[],
): number {
  const length = HEADER_LEN + 4 * fds.length;
  words[at] = length;
  words[at + 1] = 0;
  words[at + LEVEL] = SOL_SOCKET;
  words[at + TYPE] = SCM_RIGHTS;
  for (let i = 0; i < fds.length; i++) words[at + DATA + i] = fds[i]!;
  return length;
}

/** The descriptors in control messages of `length` bytes. */
export function decodeRights(
  words: Uint32Array,
  at: number,
  length: number,
): number[] {
  const fds: number[] = [];
  const end = at + length / 4;
  for (let start = at; start + DATA <= end;) {
    const messageLen = words[start]!;
    if (messageLen < HEADER_LEN) break;
    if (
      words[start + LEVEL] === SOL_SOCKET && words[start + TYPE] === SCM_RIGHTS
    ) {
      const dataEnd = Math.min(start + messageLen / 4, end);
      for (let i = start + DATA; i + 1 <= dataEnd; i++) fds.push(words[i]!);
    }
    start += 2 * Math.ceil(messageLen / 8);
  }
  return fds;
}
