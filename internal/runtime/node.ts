import { NotSupported } from "./errors.ts";

/** The part of `process` that is used. */
interface NodeProcess {
  cwd(): string;
  umask(mask: number): number;
  getBuiltinModule(name: string): unknown;
}

/**
 * A module of Node's, in Node, Bun and Deno. They give it at once and without an
 * import, so that bundles for browsers hold no trace of it.
 *
 * @param what What needs it, such as "A TCP socket".
 * @throws {Error} NotSupported, where there is none.
 */
export function nodeModule<T>(name: string, what: string): T {
  return nodeProcess(what).getBuiltinModule(name) as T;
}

/**
 * The `process` of Node, which Bun and Deno have too.
 *
 * @throws {Error} NotSupported, where there is none.
 */
export function nodeProcess(what: string): NodeProcess {
  const { process } = globalThis as unknown as { process?: NodeProcess };
  if (process?.getBuiltinModule !== undefined) return process;
  throw new NotSupported(`${what} needs Deno, Node of at least 22.3, or Bun`);
}
