import type { RequestUpdateDeclarations } from "./declaration.ts";

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
