import { LONGEST_TIMER } from "../../internal/clock.ts";

/** How long the body of a ping may be, in bytes. */
export const MAX_PING_LEN = 64;

/** Signs of life more often than this would only cost both sides time; in milliseconds. */
const SHORTEST = 10;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The body of a ping that asks for a sign of life after each so many milliseconds of silence. */
export function askEvery(ms: number): Uint8Array<ArrayBuffer> {
  const every = Math.max(SHORTEST, Math.floor(ms));
  return encoder.encode(JSON.stringify({ every }));
}

/** After how much silence a ping asks for a sign of life, in milliseconds; null if it doesn't. */
export function everyOf(bytes: Uint8Array<ArrayBuffer>): number | null {
  if (bytes.length === 0) return null;
  let body: unknown;
  try {
    body = JSON.parse(decoder.decode(bytes));
  } catch {
    // Any body may be pinged with: this one asks for nothing.
    return null;
  }
  if (typeof body !== "object" || body === null || !("every" in body)) {
    return null;
  }
  const { every } = body;
  if (typeof every !== "number") return null;
  return Math.min(Math.max(every, SHORTEST), LONGEST_TIMER);
}
