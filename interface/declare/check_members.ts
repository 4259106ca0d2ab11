/** What members must be, whatever they are members of; bodies and items are checked elsewhere. */
const TYPES: Readonly<Record<string, "string" | "boolean">> = {
  doc: "string",
  hidden: "boolean",
  extensions: "boolean",
  endless: "boolean",
  idempotent: "boolean",
  cancels: "boolean",
};

/** Refuses members that nobody would look at, such as misspelt ones, and those of a wrong type. */
export function checkMembers(
  what: string,
  declaration: object,
  known: readonly string[],
): void {
  checkObject(what, declaration);
  for (const [key, value] of Object.entries(declaration)) {
    if (known.includes(key)) {
      checkType(`${key} of the ${what}`, value, TYPES[key]);
      continue;
    }
    throw new TypeError(
      `The ${what} has a member ${JSON.stringify(key)}, but may only have ${
        known.join(", ")
      }`,
    );
  }
}

/** Refuses what is no object. */
export function checkObject(what: string, value: unknown): void {
  if (typeof value === "object" && value !== null) return;
  throw new TypeError(`The ${what} must be an object, got ${typeName(value)}`);
}

function checkType(
  what: string,
  value: unknown,
  type: "string" | "boolean" | undefined,
): void {
  if (type === undefined || value === undefined || typeof value === type) {
    return;
  }
  const allowed = type === "string" ? "a string" : "true or false";
  throw new TypeError(
    `The ${what} must be ${allowed}, got ${typeName(value)}`,
  );
}

function typeName(value: unknown): string {
  return value === null ? "null" : typeof value;
}
