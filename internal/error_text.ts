import { isInstance } from "./is_instance.ts";

/**
 * The text of a thrown value of any type. Never throws, and is never empty: an
 * error without a message gives its name.
 */
export function errorText(error: unknown): string {
  if (isObject(error)) {
    const text = primitiveText(read(error, "message")) || nameOf(error);
    if (text) return text;
  }
  try {
    return String(error) || "an empty text";
  } catch {
    return "an object that has no text";
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) ||
    typeof value === "function";
}

/** The name of an error, or of its class if the error has no name. */
function nameOf(error: object): string {
  const name = primitiveText(read(error, "name"));
  if (name !== "Error" || !isInstance(error, Error)) return name;
  const constructor = read(error, "constructor");
  const own = isObject(constructor) ? read(constructor, "name") : undefined;
  return primitiveText(own) || name;
}

/** A property; undefined if its getter, or the trap of a proxy, throws. */
function read(object: object, key: string): unknown {
  try {
    return (object as Readonly<Record<string, unknown>>)[key];
  } catch {
    return undefined;
  }
}

/** A primitive as text, which can't throw. Empty for objects, undefined and null. */
function primitiveText(value: unknown): string {
  if (value === undefined || value === null || isObject(value)) return "";
  return String(value);
}
