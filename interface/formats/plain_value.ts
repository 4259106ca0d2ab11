import { ValueError } from "./value_error.ts";

/** How deeply a value may be nested. It also ends values that hold themselves. */
export const MAX_DEPTH = 1000;

/** Whether an object was made by a literal, or has no prototype. */
export function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  // It may be of another realm, which has its own prototype.
  return Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, "isPrototypeOf");
}

/**
 * Says that a value has no form in a format.
 *
 * @throws {ValueError} Always.
 */
export function refuseValue(value: unknown, format: string): never {
  throw new ValueError(
    `${kindOf(value)} can't be sent as ${format}${hintFor(value, format)}`,
  );
}

/**
 * Refuses data that is nested too deeply.
 *
 * @throws {TypeError} If it is deeper than the limit.
 */
export function checkDepth(depth: number): void {
  if (depth < MAX_DEPTH) return;
  throw new TypeError(`It is nested more than ${MAX_DEPTH} deep`);
}

/** Refuses a value that is nested too deeply. */
export function refuseDepth(): never {
  throw new ValueError(
    `It is nested more than ${MAX_DEPTH} deep, or holds itself`,
  );
}

/** Refuses text that has no UTF-8. */
export function checkText(text: string): void {
  if (text.isWellFormed()) return;
  throw new ValueError("A text has half of a surrogate pair in it");
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return value === undefined ? "undefined" : `A ${typeof value}`;
  }
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== ""
    ? `An instance of ${name}`
    : "An object of a class";
}

function hintFor(value: unknown, format: string): string {
  if (value instanceof Promise) return ": await it first";
  if (value instanceof Set) return ": give a list of its items";
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return format === "JSON"
      ? ": give a list of numbers, or use a format that has bytes"
      : ": give a Uint8Array";
  }
  if (typeof value === "bigint") {
    return ": give a text, or use a format that has bigints";
  }
  if (typeof value === "object") return ": give a plain object, or a text";
  return "";
}
