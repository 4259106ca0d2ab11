/** Refuses members that nobody would look at, such as misspelt ones. */
export function checkMembers(
  what: string,
  declaration: object,
  known: readonly string[],
): void {
  checkObject(what, declaration);
  for (const key of Object.keys(declaration)) {
    if (known.includes(key)) continue;
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
  const got = value === null ? "null" : typeof value;
  throw new TypeError(`The ${what} must be an object, got ${got}`);
}
