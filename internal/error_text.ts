import { isInstance } from "./is_instance.ts";

/**
 * The text of whatever has been thrown; it never throws itself and is never empty.
 * An error without a message gives its name.
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

/** The name of an error; that of its class where it has none of its own. */
function nameOf(error: object): string {
  const name = primitiveText(read(error, "name"));
  if (name !== "Error" || !isInstance(error, Error)) return name;
  const constructor = read(error, "constructor");
  const own = isObject(constructor) ? read(constructor, "name") : undefined;
  return primitiveText(own) || name;
}

/** A property; undefined where the getter, or the trap of a proxy, throws. */
function read(object: object, key: string): unknown {
  try {
    return (object as Readonly<Record<string, unknown>>)[key];
  } catch {
    return undefined;
  }
}

/** A primitive as text, which can't throw; nothing for objects, undefined and null. */
function primitiveText(value: unknown): string {
  if (value === undefined || value === null || isObject(value)) return "";
  return String(value);
}
