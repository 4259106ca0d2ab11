import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { errorText, isInstance } from "../../internal/errors.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import { CommandError } from "./command_error.ts";

/**
 * The interfaces that a module exports, of whatever copy of this library.
 *
 * @throws {CommandError} If it can't be imported.
 */
export async function importInterfaces(
  file: string,
): Promise<InterfaceDefinition[]> {
  let url = file;
  try {
    if (!/^[a-z]{2,}:/.test(file)) url = pathToFileURL(file).href;
    return definitionsIn(await import(url));
  } catch (error) {
    const text = reason(error);
    const isMissing = text === `Module not found "${url}"`;
    throw new CommandError(
      1,
      `${file}: ${isMissing ? "There is no such file" : text}`,
    );
  }
}

/** What the module exports may be any object, with getters that throw. */
function definitionsIn(
  module: Readonly<Record<string, unknown>>,
): InterfaceDefinition[] {
  // An interface that is exported under two names, such as `default`, counts once.
  const exported = [
    ...new Set(Object.values(module)),
  ] as (Partial<WithDefinition> | null)[];
  return exported.flatMap((value) => {
    const definition = value?.definition;
    return Array.isArray(definition?.services) ? [definition!] : [];
  });
}

interface WithDefinition {
  readonly definition: InterfaceDefinition;
}

/**
 * The text of a file.
 *
 * @throws {CommandError} If it can't be read.
 */
export async function readText(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    const isMissing = isInstance(error, Deno.errors.NotFound);
    throw new CommandError(
      1,
      `${file}: ${isMissing ? "There is no such file" : reason(error)}`,
    );
  }
}

/** The first line of the text of an error, and the place in the source that it names. */
function reason(error: unknown): string {
  const [first, ...rest] = stripVTControlCharacters(errorText(error))
    .split("\n");
  const text = first!.replace(/\.$/, "");
  const place = /^\s*at (\S+:\d+:\d+)$/m.exec(rest.join("\n"))?.[1];
  return place === undefined ? text : `${text}, at ${place}`;
}
