import { Buffer } from "node:buffer";

/** A value as one line of JSON: bytes as base64, a bigint as its digits. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(plain(value)) ?? "null";
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  // The body of a transport: descriptors can't be printed.
  if ("data" in value && "fds" in value) return plain(value.data);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, plain(member)]),
  );
}
