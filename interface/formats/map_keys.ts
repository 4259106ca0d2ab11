import { ValueError } from "./value_error.ts";

/** The property name of a key of a map, as JSON has it. */
export function propertyName(key: unknown): string {
  switch (typeof key) {
    case "string":
      return key;
    case "number":
      if (Number.isSafeInteger(key)) return String(key);
      break;
    case "bigint":
    case "boolean":
      return String(key);
  }
  throw new ValueError(
    "The key of a map must be a text, an integer or a boolean",
  );
}

/**
 * The entries of a `Map` that is sent.
 *
 * @throws {ValueError} If its keys can't arrive as the names of properties.
 */
export function* entriesOf(
  map: ReadonlyMap<unknown, unknown>,
): Generator<[key: unknown, value: unknown, name: string], void> {
  const names = new Set<string>();
  for (const [key, value] of map) {
    const name = propertyName(key);
    if (names.has(name)) throw keyTwice(name);
    names.add(name);
    yield [key, value, name];
  }
}

/** Sets a property of an object that is made of a map. */
export function setProperty(
  object: Record<string, unknown>,
  key: string,
  value: unknown,
): void {
  if (Object.hasOwn(object, key)) throw keyTwice(key);
  if (key !== "__proto__") {
    object[key] = value;
    return;
  }
  // An assignment would set the prototype.
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

function keyTwice(key: string): ValueError {
  return new ValueError(`A map has the key ${JSON.stringify(key)} twice`);
}
