import { errorText } from "../../internal/errors.ts";
import { decodeUtf8 } from "./decode_utf8.ts";
import type { Format } from "./format.ts";
import { isPlainObject, refuseValue } from "./plain_value.ts";
import { within } from "./value_error.ts";

/**
 * Bodies as JSON in UTF-8, which is what interfaces use unless told otherwise.
 *
 * A value is sent as `JSON.stringify` writes it. Values that it would write as `{}`
 * though they aren't empty, such as a `Map`, a `Blob` or a promise, are refused, and
 * so are bytes.
 */
export const json: Format = {
  name: "JSON",
  copies: true,
  encode(value) {
    const text = stringify(value);
    if (text === undefined) refuseValue(value, "JSON");
    // The check costs more than the rest, so it is made only for such texts.
    if (text.includes("{}") || text.includes('{"0":')) checkObjects(value);
    return text;
  },
  decode(data) {
    const text = decodeUtf8(data);
    // Some programs begin a document with a byte order mark.
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  },
};

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // The error of JSON.stringify doesn't say where the bigint is.
    if (errorText(error).includes("BigInt")) checkObjects(value);
    throw error;
  }
}

/** Refuses bigints, bytes, and objects whose content isn't in their properties. */
function checkObjects(value: unknown): void {
  if (typeof value === "bigint") refuseValue(value, "JSON");
  if (typeof value !== "object" || value === null || "toJSON" in value) return;
  const keys = Object.keys(value);
  const isEmpty = keys.length === 0 && !isWritten(value);
  if (isEmpty || ArrayBuffer.isView(value)) refuseValue(value, "JSON");
  let at: string | number = "";
  try {
    for (const key of keys) {
      at = Array.isArray(value) ? Number(key) : key;
      checkObjects((value as Readonly<Record<string, unknown>>)[key]);
    }
  } catch (error) {
    throw within(error, at);
  }
}

/** Whether JSON has a form for an object without properties. */
function isWritten(value: object): boolean {
  return Array.isArray(value) || isPlainObject(value) ||
    value instanceof Number || value instanceof String ||
    value instanceof Boolean;
}
