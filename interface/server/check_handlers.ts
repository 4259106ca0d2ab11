/**
 * Checks that there is a function for each name. In a plain object a function with
 * another name is refused, as a misspelt one; an object of a class may have any
 * besides, and may inherit its handlers.
 *
 * @throws {TypeError} If they are no object; if a function is missing, or has another name.
 */
export function checkHandlers(
  name: string,
  handlers: object,
  names: readonly string[],
): void {
  if (Object(handlers) !== handlers) {
    throw new TypeError(
      `The handlers of ${name} must be an object, got ${String(handlers)}`,
    );
  }
  const given = handlers as Readonly<Record<string, unknown>>;
  for (const key of names) {
    // Methods that every object has, such as toString, are no handlers.
    const inherited = (Object.prototype as typeof given)[key];
    const handler = given[key];
    if (typeof handler === "function" && handler !== inherited) continue;
    throw new TypeError(`The handlers of ${name} have no function ${key}`);
  }
  if (!isPlain(handlers)) return;
  const known = new Set(names);
  for (const [key, value] of Object.entries(given)) {
    if (known.has(key) || typeof value !== "function") continue;
    throw new TypeError(`${name} has no service and no stream ${key}`);
  }
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
