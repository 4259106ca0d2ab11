import { RpcError } from "../protocol/error.ts";

/**
 * The text of a thrown value of any type. Never throws, and is never empty: an
 * error without a message gives its name.
 */
export function errorText(error: unknown): string {
  if (isObject(error)) {
    const text = primitiveText(read(error, "message")) || nameOf(error);
    if (text) return text;
  }
  try {
    return String(error) || "an empty text";
  } catch {
    return "an object that has no text";
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) ||
    typeof value === "function";
}

/** The name of an error, or of its class if the error has no name. */
function nameOf(error: object): string {
  const name = primitiveText(read(error, "name"));
  if (name !== "Error" || !isInstance(error, Error)) return name;
  const constructor = read(error, "constructor");
  const own = isObject(constructor) ? read(constructor, "name") : undefined;
  return primitiveText(own) || name;
}

/** A property; undefined if its getter, or the trap of a proxy, throws. */
function read(object: object, key: string): unknown {
  try {
    return (object as Readonly<Record<string, unknown>>)[key];
  } catch {
    return undefined;
  }
}

/** A primitive as text, which can't throw. Empty for objects, undefined and null. */
function primitiveText(value: unknown): string {
  if (value === undefined || value === null || isObject(value)) return "";
  return String(value);
}

/** Like `instanceof`, but false for a proxy that is revoked or whose trap throws. */
export function isInstance<T>(
  value: unknown,
  type: abstract new (...args: never[]) => T,
): value is T {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}

/** Writes an error to the console. If the console can't show it, writes its text. */
export function logError(error: unknown): void {
  try {
    console.error(error);
  } catch {
    // The console reads properties, and those of a proxy can throw.
    console.error(errorText(error));
  }
}

/**
 * The fatal error for a failed read or write.
 *
 * @param reason The known reason of the failure, if there is one.
 */
export function toRpcError(
  error: unknown,
  reason: string | null = null,
): RpcError {
  if (isInstance(error, RpcError)) return error;
  const text = error === undefined ? "" : `: ${errorText(error)}`;
  return new RpcError(
    "connection-aborted",
    reason ?? `The connection broke${text}`,
    { fatal: true, side: "remote", cause: error },
  );
}

/** How many kinds of errors are counted apart. All further kinds are counted as one. */
const MAX_KINDS = 16;

/** Takes the errors that no promise can carry to the application. */
export class ErrorReporter<C extends object = object> {
  readonly #onError: ((error: unknown, context: C) => unknown) | undefined;
  /** How often each kind has occurred. Used only where the console gets the errors. */
  #counts: Map<string, number> | null = null;

  /**
   * Makes a reporter.
   *
   * @param onError Gets all errors. Without it, the console gets the first error of
   * each kind, and then their number when it reaches 10, 100 and so on.
   */
  constructor(
    onError: ((error: unknown, context: C) => unknown) | undefined,
  ) {
    this.#onError = onError;
  }

  /**
   * Reports an error. Never throws: what `onError` throws or rejects with goes to the
   * console.
   *
   * @param context What it belongs to; all of it may be unknown.
   */
  report(error: unknown, context?: C): void {
    if (this.#onError === undefined) return this.#log(error);
    // The async function makes a throw a rejection too.
    (async () => await this.#onError!(error, context ?? {} as C))().catch(
      logError,
    );
  }

  #log(error: unknown): void {
    // `closed` tells already that the connection has ended, and a server sees many
    // end.
    if (isInstance(error, RpcError) && error.code === "connection-aborted") {
      return;
    }
    let kind = errorText(error);
    const counts = this.#counts ??= new Map();
    if (!counts.has(kind) && counts.size >= MAX_KINDS) kind = "other errors";
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    if (count === 1) logError(error);
    else if (isPowerOfTen(count)) {
      console.error(`${count} times so far: ${kind}`);
    }
  }
}

function isPowerOfTen(count: number): boolean {
  return 10 ** Math.round(Math.log10(count)) === count;
}
