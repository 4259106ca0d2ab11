/** What stands in place of a secret. */
const MASK = "***";

/**
 * Makes a `mask` that hides the members with these names, however deep they are.
 *
 * @example A password that isn't shown
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { maskMembers } from "jsr:@fizyr/rpc/inspector";
 *
 * const mask = maskMembers("password");
 * assertEquals(mask({ user: { name: "a", password: "b" } }), {
 *   user: { name: "a", password: "***" },
 * });
 * ```
 */
export function maskMembers(
  ...names: readonly string[]
): (body: unknown) => unknown {
  const secret = new Set(names);
  return masked;

  function masked(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(masked);
    if (typeof value !== "object" || value === null) return value;
    // Bytes have no members.
    if (ArrayBuffer.isView(value) || "toJSON" in value) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        secret.has(name) ? MASK : masked(member),
      ]),
    );
  }
}
