import { type Command, Option } from "commander";
import type { InterfaceDefinition } from "../../interface/declare/definition.ts";
import { visible } from "../../interface/declare/complete_definition.ts";
import { renderMarkdown } from "../../interface/describe/markdown.ts";
import { toRust } from "../../interface/rust/to_rust.ts";
import { toTypeScript } from "../../interface/rust/to_typescript.ts";
import type { CliIo } from "../cli_io.ts";
import {
  addConnectionOptions,
  type ConnectionOptions,
  connectTo,
} from "../connection_options.ts";
import { definitionText } from "../definition_text.ts";
import { CliError, exitCode, usageError } from "../exit_code.ts";
import { jsonLine } from "../json_line.ts";
import { printableLines } from "../output/printable.ts";
import {
  addSourceOptions,
  interfacesOf,
  interfacesOfFile,
  isInterfaceFile,
  rustOfFile,
  type SourceOptions,
} from "../interface_source.ts";

const FORMATS = [
  "text",
  "markdown",
  "html",
  "json",
  "rust",
  "typescript",
] as const;

type Format = typeof FORMATS[number];

interface DescribeOptions extends ConnectionOptions, SourceOptions {
  readonly hidden?: boolean;
  readonly format: Format;
}

/** `fizyr describe`: interfaces for people and for programs. */
export function describeCommand(command: Command, io: CliIo): Command {
  return addSourceOptions(addConnectionOptions(command))
    .summary("describe the interfaces of a server or a file")
    .description(
      "Describe the interfaces of a server, of a module that exports them, or of Rust source.",
    )
    .argument("<source>", "an address, or a file that ends in .ts, .js or .rs")
    .argument("[name]", "the only interface")
    .addOption(
      new Option("--format <format>", "what is written")
        .choices(FORMATS).default("text"),
    )
    .option("--hidden", "what is hidden too, if the server allows it")
    .addHelpText(
      "after",
      `
A file that is a module is run. typescript takes Rust source only.

Examples:
  fizyr describe tcp://localhost:1337
  fizyr describe localhost:1337 Camera --format html > camera.html
  fizyr describe camera.rs --format typescript > camera.ts`,
    )
    .action(
      async (
        source: string,
        name: string | undefined,
        options: DescribeOptions,
      ) => {
        if (options.format === "typescript") {
          return io.out(await typeScriptOf(source, name, io));
        }
        const found = await definitionsOf(source, options, io);
        const definitions = found
          .filter((definition) =>
            name === undefined || definition.name === name
          )
          .filter(({ hidden }) =>
            name !== undefined || options.hidden || !hidden
          );
        if (definitions.length === 0) {
          throw new CliError(
            exitCode.FAILED,
            name === undefined
              ? `${source} has no interface to show`
              : `${source} has no interface ${name}`,
          );
        }
        if (options.format === "html") {
          // Loaded only here: it brings a library for Markdown.
          const { renderHtml } = await import(
            "../../interface/describe/html.ts"
          );
          const { hidden = false } = options;
          return io.out(shownDocument(renderHtml(definitions, { hidden }), io));
        }
        for (const definition of definitions) {
          io.out(render(definition, options, io));
        }
      },
    );
}

async function definitionsOf(
  source: string,
  options: DescribeOptions,
  io: CliIo,
): Promise<readonly InterfaceDefinition[]> {
  if (isInterfaceFile(source)) return await interfacesOfFile(source);
  await using peer = await connectTo(source, options, io);
  return await interfacesOf(peer, options, io);
}

function render(
  definition: InterfaceDefinition,
  { format, hidden = false }: DescribeOptions,
  io: CliIo,
): string {
  switch (format) {
    case "markdown":
      return shownDocument(renderMarkdown(definition, { hidden }), io);
    case "json":
      return jsonLine(visible(definition, { hidden }));
    case "rust":
      return shownDocument(toRust(definition), io);
    default:
      return definitionText(visible(definition, { hidden }));
  }
}

/** A document as it is, unless a terminal shows it. */
function shownDocument(text: string, { terminal }: CliIo): string {
  return (terminal ? printableLines(text) : text).trimEnd();
}

async function typeScriptOf(
  file: string,
  name: string | undefined,
  io: CliIo,
): Promise<string> {
  if (!isInterfaceFile(file) || !file.endsWith(".rs")) {
    throw usageError("typescript takes Rust source");
  }
  const readings = (await rustOfFile(file))
    .filter(({ definition }) => name === undefined || definition.name === name);
  const linesOf = (kind: "problems" | "notes"): string[] => [
    ...new Set(
      readings.flatMap((reading) => reading[kind]).map((
        { line, column, message },
      ) => `${file}:${line}:${column}: ${message}`),
    ),
  ];
  const problems = linesOf("problems");
  if (problems.length > 0) throw new CliError(exitCode.FAILED, ...problems);
  if (readings.length === 0) {
    throw new CliError(exitCode.FAILED, `No interface in ${file}`);
  }
  for (const note of linesOf("notes")) io.err(note);
  return toTypeScript(readings).trimEnd();
}
