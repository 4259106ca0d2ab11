/**
 * Checks that there is a function for each name, and for nothing else.
 *
 * @throws {TypeError} If there isn't.
 */
export function checkHandlers(
  name: string,
  handlers: object,
  names: readonly string[],
): void {
  const given = handlers as Readonly<Record<string, unknown>>;
  for (const key of names) {
    if (Object.hasOwn(given, key) && typeof given[key] === "function") continue;
    throw new TypeError(`The handlers of ${name} have no function ${key}`);
  }
  const known = new Set(names);
  for (const key of Object.keys(given)) {
    if (known.has(key)) continue;
    throw new TypeError(`${name} has no service and no stream ${key}`);
  }
}
