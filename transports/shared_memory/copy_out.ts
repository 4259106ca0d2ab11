import { decodeText } from "../../protocol/body.ts";

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
