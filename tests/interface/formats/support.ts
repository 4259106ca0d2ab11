import type { Format } from "../../../interface/mod.ts";

const encoder = new TextEncoder();

/** The bytes that a format makes of a value. */
export function bytesOf(
  format: Format,
  value: unknown,
): Uint8Array<ArrayBuffer> {
  const data = format.encode(value);
  return typeof data === "string"
    ? encoder.encode(data)
    : data as Uint8Array<ArrayBuffer>;
}

/** What arrives of a value. */
export function returned(format: Format, value: unknown): unknown {
  return format.decode(bytesOf(format, value));
}

/** What a value is on the wire, in hexadecimal. */
export function wire(format: Format, value: unknown): string {
  return bytesOf(format, value).toHex();
}
