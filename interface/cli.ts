/**
 * The command for typed interfaces:
 *
 *     deno run --allow-read jsr:@fizyr/rpc/interface/cli markdown camera.ts
 *     deno run --allow-read jsr:@fizyr/rpc/interface/cli html camera.ts > camera.html
 *     deno run --allow-read jsr:@fizyr/rpc/interface/cli json camera.ts
 *     deno run --allow-read jsr:@fizyr/rpc/interface/cli rust camera.ts > camera.rs
 *     deno run --allow-read jsr:@fizyr/rpc/interface/cli typescript camera.rs > camera.ts
 *
 * The first four import the module and take the interfaces that it exports;
 * `--hidden` shows what is hidden too in Markdown and HTML, `--only NAME` takes
 * one interface. The last
 * one reads Rust source, and ends with code 1 where that has problems.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import type { InterfaceDefinition } from "./declare/definition.ts";
import {
  renderHtml,
  renderMarkdown,
  type RenderOptions,
} from "./describe/mod.ts";
import { readRust, RustSyntaxError, toRust, toTypeScript } from "./rust/mod.ts";

const USAGE = `Usage: cli COMMAND FILE [--hidden] [--only NAME]

  markdown FILE.ts    describes the interfaces that a module exports
  html FILE.ts        the same, as an HTML page
  json FILE.ts        the same, as plain data
  rust FILE.ts        writes interface! declarations for the native crate
  typescript FILE.rs  writes declarations for the interface!s in Rust source`;

/** Where `main` writes to, line by line. */
export interface CliOutput {
  /** Takes what was asked for. */
  out(text: string): void;
  /** Takes what is wrong. */
  err(text: string): void;
}

type Render = (
  definition: InterfaceDefinition,
  options: RenderOptions,
) => string;

const RENDERERS: Readonly<Record<string, Render>> = {
  markdown: renderMarkdown,
  html: renderHtml,
  json: (definition) => JSON.stringify(definition, null, 2) + "\n",
  rust: (definition) => toRust(definition),
};

/**
 * Runs the command.
 *
 * @param args What stands on the command line behind the program.
 * @returns The exit code: 0, 1 where the input has problems, 2 where it was called
 * wrongly.
 */
export async function main(
  args: readonly string[],
  output: CliOutput,
): Promise<number> {
  if (args.length === 0) {
    output.out(USAGE);
    return 0;
  }
  const only = args.indexOf("--only");
  const name = only < 0 ? undefined : args[only + 1];
  const rest = args.filter((_, index) =>
    only < 0 || (index !== only && index !== only + 1)
  );
  const hidden = rest.includes("--hidden");
  const words = rest.filter((arg) => arg !== "--hidden");
  const [command = "", file] = words;
  const options = { hidden };
  const render = Object.hasOwn(RENDERERS, command)
    ? RENDERERS[command]
    : undefined;
  if (
    words.length !== 2 || words.some((word) => word.startsWith("--")) ||
    (only >= 0 && name === undefined) ||
    (render === undefined && command !== "typescript")
  ) {
    output.err(USAGE);
    return 2;
  }
  const wanted = (definition: InterfaceDefinition): boolean =>
    name === undefined || definition.name === name;
  if (render === undefined) return await fromRust(file!, wanted, output);
  const isDescription = command === "markdown" || command === "html";
  const definitions = (await interfacesIn(file!)).filter(wanted).filter((
    definition,
  ) =>
    // One that is asked for by name is shown.
    !isDescription || hidden || name !== undefined || !definition.hidden
  );
  if (command === "html" && definitions.length > 1) {
    const names = definitions.map(({ name }) => name).join(", ");
    output.err(`A page has one interface: choose with --only from ${names}`);
    return 2;
  }
  for (const definition of definitions) {
    output.out(render(definition, options));
  }
  return checkAny(definitions.length, file!, output);
}

/** The interfaces that a module exports, of whatever copy of this library. */
async function interfacesIn(file: string): Promise<InterfaceDefinition[]> {
  const url = /^[a-z]{2,}:/.test(file) ? file : pathToFileURL(file).href;
  const module: Readonly<Record<string, unknown>> = await import(url);
  // What is exported under two names, such as default, is one.
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

async function fromRust(
  file: string,
  wanted: (definition: InterfaceDefinition) => boolean,
  output: CliOutput,
): Promise<number> {
  const source = await Deno.readTextFile(file);
  let bad = false;
  try {
    const readings = readRust(source).filter((reading) =>
      wanted(reading.definition)
    );
    if (readings.length > 0) {
      output.out(toTypeScript(readings.map(({ definition }) => definition)));
    }
    for (const { problems } of readings) {
      for (const { line, column, message } of problems) {
        output.err(`${file}:${line}:${column}: ${message}`);
        bad = true;
      }
    }
    return bad ? 1 : checkAny(readings.length, file, output);
  } catch (error) {
    if (!(error instanceof RustSyntaxError)) throw error;
    output.err(`${file}:${error.message}`);
    return 1;
  }
}

function checkAny(count: number, file: string, output: CliOutput): number {
  if (count > 0) return 0;
  output.err(`No interface in ${file}`);
  return 1;
}

if (import.meta.main) {
  const code = await main(Deno.args, {
    // What is written is a text of many lines already, with an end.
    out: (text) => console.log(text.trimEnd()),
    err: (text) => console.error(text),
  });
  Deno.exit(code);
}
