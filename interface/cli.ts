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
 * `--only NAME` takes one of them, and `--hidden` shows what is hidden too in
 * Markdown and HTML. The last one reads Rust source. `--help` explains the rest.
 *
 * What is wrong goes to stderr, a line each, and the exit code is 1 where the input
 * has problems and 2 where the command was called wrongly; nothing goes to stdout
 * then. What isn't understood of Rust is listed on stderr too, with the exit code 0.
 *
 * @module
 */
import { type Arguments, HELP, parseArguments } from "./command/arguments.ts";
import { CommandError } from "./command/command_error.ts";
import { importInterfaces, readText } from "./command/read_input.ts";
import type { InterfaceDefinition } from "./declare/definition.ts";
import {
  renderHtml,
  renderMarkdown,
  type RenderOptions,
} from "./describe/mod.ts";
import {
  readRust,
  type RustProblem,
  RustSyntaxError,
  toRust,
  toTypeScript,
} from "./rust/mod.ts";

/** Where `main` writes to. */
export interface CliOutput {
  /** Takes what was asked for. */
  out(text: string): void;
  /** Takes a line that says what is wrong. */
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
  try {
    const parsed = parseArguments(args);
    if (parsed === null) output.out(HELP);
    else {
      const { texts, notes = [] } = await run(parsed);
      for (const text of texts) output.out(text);
      for (const note of notes) output.err(note);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    for (const line of error.lines) output.err(line);
    return error.exitCode;
  }
}

/** What is written: to stdout, and what there is to know about it to stderr. */
interface Written {
  readonly texts: readonly string[];
  readonly notes?: readonly string[];
}

/** All of the output, before any of it is written. */
function run(args: Arguments): Promise<Written> {
  return args.command === "typescript" ? fromRust(args) : fromModule(args);
}

async function fromModule(
  { command, file, only, hidden }: Arguments,
): Promise<Written> {
  const isDescription = command === "markdown" || command === "html";
  const definitions = (await importInterfaces(file)).filter((definition) =>
    only === undefined
      ? !isDescription || hidden || !definition.hidden
      // One that is asked for by name is shown.
      : definition.name === only
  );
  checkAny(definitions, file, only);
  if (command === "html" && definitions.length > 1) {
    const names = definitions.map(({ name }) => name).join(", ");
    throw new CommandError(
      2,
      `A page has one interface: choose with --only from ${names}`,
    );
  }
  const render = RENDERERS[command]!;
  return {
    texts: definitions.map((definition) => render(definition, { hidden })),
  };
}

async function fromRust({ file, only }: Arguments): Promise<Written> {
  const source = await readText(file);
  try {
    const readings = readRust(source).filter(({ definition }) =>
      only === undefined || definition.name === only
    );
    checkAny(readings, file, only);
    const problems = linesOf(file, readings.map(({ problems }) => problems));
    if (problems.length > 0) throw new CommandError(1, ...problems);
    return {
      texts: [toTypeScript(readings)],
      notes: linesOf(file, readings.map(({ notes }) => notes)),
    };
  } catch (error) {
    if (!(error instanceof RustSyntaxError)) throw error;
    throw new CommandError(1, `${file}:${error.message}`);
  }
}

/** A line for each problem, in the form of compilers. */
function linesOf(
  file: string,
  problems: readonly (readonly RustProblem[])[],
): string[] {
  const lines = problems.flat().map(({ line, column, message }) =>
    `${file}:${line}:${column}: ${message}`
  );
  // Interfaces of a file share its types.
  return [...new Set(lines)];
}

function checkAny(
  found: readonly unknown[],
  file: string,
  only: string | undefined,
): void {
  if (found.length > 0) return;
  throw new CommandError(
    1,
    only === undefined
      ? `No interface in ${file}`
      : `No interface ${only} in ${file}`,
  );
}

if (import.meta.main) {
  const code = await main(Deno.args, {
    // What is written is a text of many lines already, with an end.
    out: (text) => console.log(text.trimEnd()),
    err: (text) => console.error(text),
  });
  Deno.exit(code);
}
