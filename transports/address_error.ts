type ErrorClass = new (message: string, options?: ErrorOptions) => Error;

/**
 * The error of a failed call of Deno's, with what was tried in front of its text,
 * since Deno's own names no address. Its class and `code` stay. A missing permission,
 * a wrong argument, and what is no error of the system stay as they are.
 *
 * @param doing What was tried, such as "Cannot connect to tcp://127.0.0.1:1337".
 * @param hint What comes behind the text.
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

/** One of Deno's classes, or, where it has none for the cause, a plain error. */
function isSystemError(error: Error): boolean {
  if (error instanceof Deno.errors.NotCapable) return false;
  return error.constructor === Error ||
    Object.values(Deno.errors).some((type) => error.constructor === type);
}
