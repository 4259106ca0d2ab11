import { isSystemError } from "../internal/runtime/errors.ts";

type ErrorClass = new (message: string, options?: ErrorOptions) => Error;

/**
 * Puts what was tried in front of the text of an error of Deno's, which names no
 * address. The class and `code` stay. Errors about permissions or arguments, and
 * those that are no errors of the system, stay as they are.
 *
 * @param doing What was tried, such as "Cannot connect to tcp://127.0.0.1:1337".
 * @param hint A text to append.
 */
export function withAddress(
  error: unknown,
  doing: string,
  hint = "",
): unknown {
  if (!(error instanceof Error) || !isSystemError(error)) return error;
  const named = new (error.constructor as ErrorClass)(
    `${doing}: ${error.message}${hint}`,
    { cause: error },
  );
  const { code } = error as { code?: unknown };
  return code === undefined ? named : Object.assign(named, { code });
}
