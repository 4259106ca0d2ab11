import { decodeText } from "../../protocol/body.ts";

/**
 * A part of memory that another process may be writing to, in memory of this
 * process, where nothing changes it. `start` and `end` are as in `subarray`.
 */
export function copyOut(
  bytes: Uint8Array<ArrayBuffer>,
  start?: number,
  end?: number,
): Uint8Array<ArrayBuffer> {
  return bytes.slice(start, end);
}

/** The same decoded as UTF-8. A decoder that meets other bytes at its second look crashes. */
export function textOut(
  bytes: Uint8Array<ArrayBuffer>,
  start?: number,
  end?: number,
): string {
  return decodeText(copyOut(bytes, start, end));
}
