import type { BodyData } from "../../protocol/body.ts";
import type { Format } from "./format.ts";

/**
 * Bodies as they are: strings and bytes go out as they stand, and arrive as a
 * `Uint8Array`. Nothing is an empty body.
 */
export const raw: Format = {
  name: "raw",
  encode(value) {
    if (value === null) return "";
    if (isBodyData(value)) return value;
    throw new TypeError(
      `A raw body must be a string or bytes, got ${typeof value}`,
    );
  },
  decode: (data) => data,
};

/** Whether a value can be a body without a format. */
export function isBodyData(value: unknown): value is BodyData {
  return typeof value === "string" || value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value);
}
