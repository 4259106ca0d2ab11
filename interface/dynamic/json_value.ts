import { CborFloat } from "../formats/cbor_float.ts";
import { entriesOf, setProperty } from "../formats/map_keys.ts";

type Members = Record<string, unknown>;

/**
 * What a JSON Schema is to check of a value: what JSON makes of it, and of what other
 * formats have besides the nearest that JSON has. A bigint is a number, a `Map` an
 * object, a `CborFloat` its number, `undefined` by itself is null, and bytes are an
 * object without properties.
 *
 * @throws {TypeError} If it holds itself.
 */
export function jsonValue(value: unknown): unknown {
  if (value === undefined) return null;
  // JSON makes null of some numbers, but only within a value was that ever checked.
  if (typeof value === "number") return value;
  try {
    return copyOf(value, "");
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // JSON goes deeper than the stack reaches, and finds what holds itself.
    return JSON.parse(JSON.stringify(value));
  }
}

function copyOf(given: unknown, key: string): unknown {
  const value = written(given, key);
  switch (typeof value) {
    case "bigint":
      return nearest(value);
    case "number":
      return Number.isFinite(value) ? value : null;
    case "object":
      return value === null ? null : copyOfObject(value);
    default:
      return value;
  }
}

/** What `toJSON` gives, where there is one. */
function written(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === "function" ? toJSON.call(value, key) : value;
}

/** Numbers are less exact beyond 2^53, but an integer is still one, and its limits hold. */
function nearest(value: bigint): number {
  const { MAX_VALUE } = Number;
  return Math.min(Math.max(Number(value), -MAX_VALUE), MAX_VALUE);
}

function copyOfObject(value: object): unknown {
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => {
      const copy = copyOf(item, String(index));
      return isLeftOut(copy) ? null : copy;
    });
  }
  if (ArrayBuffer.isView(value)) return {};
  if (value instanceof CborFloat) return value.value;
  if (value instanceof Map) return copyOfMap(value);
  const isBoxed = value instanceof Number || value instanceof String ||
    value instanceof Boolean;
  return isBoxed ? value.valueOf() : copyOfMembers(value as Members);
}

function copyOfMap(map: ReadonlyMap<unknown, unknown>): Members {
  const members: Members = {};
  for (const [, value, name] of entriesOf(map)) {
    setProperty(members, name, value);
  }
  return copyOfMembers(members);
}

function copyOfMembers(members: Readonly<Members>): Members {
  const copy: Members = {};
  let others = 0;
  for (const key of Object.keys(members)) {
    const value = copyOf(members[key], key);
    if (isLeftOut(value)) continue;
    let name = key;
    if (!key.isWellFormed()) {
      // The checking library can't write half of a surrogate pair into a place. No
      // number is tried twice, so that it takes no longer for many such names.
      const base = key.toWellFormed();
      for (
        name = base;
        Object.hasOwn(members, name) || Object.hasOwn(copy, name);
        name = base + others
      ) others++;
    }
    setProperty(copy, name, value);
  }
  return copy;
}

/** Whether JSON has no form for it. */
function isLeftOut(value: unknown): boolean {
  return value === undefined || typeof value === "function" ||
    typeof value === "symbol";
}
