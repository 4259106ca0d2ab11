import type { BodyData } from "../../protocol/body.ts";
import type { Format } from "./format.ts";
import { checkText } from "./plain_value.ts";

/**
 * Bodies as they are: bytes are sent unchanged, strings in UTF-8, and a
 * `Uint8Array` arrives. No value is an empty body. A string with half of a
 * surrogate pair in it has no UTF-8 and is refused.
 */
export const raw: Format = {
  name: "raw",
  encode(value) {
    if (value === null) return "";
    return bodyData(value);
  },
  decode: (data) => data,
};

/**
 * A value that can be a body without a format.
 *
 * @throws {TypeError} If it can't.
 */
export function bodyData(value: unknown): BodyData {
  if (typeof value === "string") checkText(value);
  else if (!(value instanceof ArrayBuffer || ArrayBuffer.isView(value))) {
    throw new TypeError(`It must be a string or bytes, got ${typeof value}`);
  }
  return value;
}
