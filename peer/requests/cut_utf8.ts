/** The longest start of UTF-8 text that has at most `limit` bytes and cuts no character. */
export function cutUtf8(
  bytes: Uint8Array<ArrayBuffer>,
  limit: number,
): Uint8Array<ArrayBuffer> {
  if (bytes.length <= limit) return bytes;
  let end = limit;
  // 10xxxxxx continues a character that began before.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
