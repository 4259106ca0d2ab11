import type { RequestUpdateDeclarations } from "./declaration.ts";

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

/**
 * Checks the schema of a body.
 *
 * @param body What the body is, such as `request of the service of Camera, record,`.
 * @throws {TypeError} If it doesn't follow Standard Schema.
 */
export function checkSchema(body: string, schema: unknown): void {
  if (isSchema(schema)) return;
  throw new TypeError(
    `The ${body} must be a Standard Schema, got ${typeof schema}`,
  );
}

function isSchema(value: unknown): boolean {
  if (value === null) return false;
  if (typeof value !== "object" && typeof value !== "function") return false;
  return "~standard" in value;
}

/**
 * Checks that at most one update of a service cancels, and that it has no body.
 *
 * @throws {TypeError} If that isn't so.
 */
export function checkCancels(
  service: string,
  updates: RequestUpdateDeclarations,
): void {
  const names: string[] = [];
  for (const [name, { cancels, body }] of Object.entries(updates)) {
    if (!cancels) continue;
    names.push(name);
    if (body === undefined) continue;
    throw new TypeError(
      `The request update of ${service}, ${name}, cancels, so it can't have a body: it is sent without anybody who could give one`,
    );
  }
  if (names.length < 2) return;
  throw new TypeError(
    `Only one request update of ${service} may cancel, but ${
      names.join(" and ")
    } do`,
  );
}
