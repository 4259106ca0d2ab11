import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { errorText } from "../../internal/errors.ts";
import type { InterfaceDefinition } from "../../interface/declare/definition.ts";
import { CliError, exitCode } from "../exit_code.ts";

/**
 * The interfaces that a module exports, of whatever copy of this library.
 *
 * @throws {CliError} If it can't be imported.
 */
export async function importInterfaces(
  file: string,
): Promise<InterfaceDefinition[]> {
  let url = file;
  try {
    if (!/^[a-z]{2,}:/.test(file)) url = pathToFileURL(file).href;
    return definitionsIn(await import(url));
  } catch (error) {
    throw new CliError(exitCode.FAILED, `${file}: ${whyNot(error, url)}`);
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

/** Why a module can't be imported, in Deno, Node or Bun. */
function whyNot(error: unknown, url: string): string {
  const text = reason(error);
  switch ((error as { readonly code?: unknown } | null)?.code) {
    case "ERR_UNKNOWN_FILE_EXTENSION":
      return `This Node doesn't read TypeScript: it takes Node 22.18, 24 or later, Bun or Deno`;
    case "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING":
      return "Node reads no TypeScript in node_modules: give a module of JavaScript, or use Bun or Deno";
    case "ERR_UNSUPPORTED_ESM_URL_SCHEME":
      return `Only Deno imports by jsr:, npm: or https:, so it takes Deno: ${text}`;
  }
  const isMissing = text === `Module not found "${url}"` ||
    text.startsWith(`Cannot find module '${fileOf(url)}'`);
  return isMissing ? "There is no such file" : text;
}

function fileOf(url: string): string {
  return url.startsWith("file:")
    ? decodeURIComponent(new URL(url).pathname)
    : url;
}

/** Why a file can't be read, by the codes of Node. */
const NOT_READ: Readonly<Record<string, string>> = {
  ENOENT: "There is no such file",
  EISDIR: "It is a directory",
};

/**
 * The text of a file.
 *
 * @throws {CliError} If it can't be read.
 */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as { readonly code?: string };
    const text = NOT_READ[String(code)] ?? reason(error);
    throw new CliError(exitCode.FAILED, `${file}: ${text}`);
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
