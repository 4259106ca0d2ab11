import { Buffer } from "node:buffer";
import type { Body } from "../protocol/body.ts";
import { printable } from "./output/printable.ts";

/** A value as one line of JSON that a terminal can show: bytes as base64, a bigint as its digits. */
export function jsonLine(value: unknown): string {
  // JSON itself escapes less than a terminal obeys.
  return printable(JSON.stringify(plain(value)) ?? "null");
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  // The body of a transport: descriptors can't be printed.
  if (isBody(value)) return plain(value.data);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, plain(member)]),
  );
}

/** What an application sends may have members of the same names, but no functions. */
function isBody(value: object): value is Body {
  const { data, text, json } = value as Partial<Body>;
  return data instanceof Uint8Array && typeof text === "function" &&
    typeof json === "function";
}
