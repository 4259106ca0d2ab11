import { Buffer } from "node:buffer";

/** The longest bytes that are passed on to a page, each; of longer ones only the beginning. */
const MAX_BYTES = 16 * 1024 * 1024;

/** How many bytes of longer ones are passed on. */
const BEGINNING = 4096;

/** Bytes within JSON. */
interface JsonBytes {
  /** As base64. */
  readonly $bytes: string;
  /** How many there are, where only the beginning is here. */
  readonly length?: number;
}

/** Makes JSON of a value that may have bytes in it, and big integers. */
export function toJson(value: unknown): string {
  return JSON.stringify(plain(value) ?? null);
}

/**
 * Makes of JSON what `toJson` has made it of, but for big integers.
 *
 * @throws {SyntaxError} If it is no JSON.
 */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key, value) => {
    const isBytes = typeof value === "object" && value !== null &&
      typeof value.$bytes === "string";
    return isBytes
      ? new Uint8Array(Buffer.from(value.$bytes, "base64"))
      : value;
  });
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return bytesOf(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("toJSON" in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, plain(member)]),
  );
}

function bytesOf(bytes: Uint8Array): JsonBytes {
  const { length } = bytes;
  const isLong = length > MAX_BYTES;
  const part = isLong ? bytes.subarray(0, BEGINNING) : bytes;
  const { buffer, byteOffset, byteLength } = part;
  const $bytes = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  return isLong ? { $bytes, length } : { $bytes };
}
