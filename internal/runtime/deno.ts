/** A class of errors, of Deno or of ours. */
export type ErrorClass = new (
  message?: string,
  options?: ErrorOptions,
) => Error;

/** The part of `Deno` that the library uses. */
interface DenoParts {
  readonly errors: Readonly<Record<string, ErrorClass>>;
  readonly build: { readonly os: string; readonly arch: string };
  unrefTimer(timer: unknown): void;
}

/** `Deno`, where the program runs in Deno; elsewhere undefined. */
export const deno = (globalThis as unknown as { Deno?: DenoParts }).Deno;
