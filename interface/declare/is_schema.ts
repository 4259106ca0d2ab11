/** Whether a value follows Standard Schema. */
export function isSchema(value: unknown): boolean {
  if (value === null) return false;
  if (typeof value !== "object" && typeof value !== "function") return false;
  return "~standard" in value;
}
