/** Bytes that tell where they belong, as `native/src/pattern.rs` makes them. */
export function fill(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = i ^ (i >> 8) ^ (i >> 16);
  return bytes;
}

/** Whether bytes are the pattern: `"LENGTH intact"`, or `"LENGTH broken"`. */
export function measure(data: Uint8Array): string {
  let intact = true;
  for (let i = 0; i < data.length && intact; i++) {
    intact = data[i] === ((i ^ (i >> 8) ^ (i >> 16)) & 0xff);
  }
  return `${data.length} ${intact ? "intact" : "broken"}`;
}
