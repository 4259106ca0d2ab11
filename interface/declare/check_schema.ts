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
