import { parseArgs } from "node:util";
import { errorText } from "../../internal/errors.ts";
import { CommandError } from "./command_error.ts";

/** What `--help` says. */
export const HELP =
  `Usage: deno run --allow-read jsr:@fizyr/rpc/interface/cli COMMAND FILE [OPTIONS]

Describes typed interfaces, and translates them from and to Rust. It writes to
stdout. What is wrong goes to stderr, and then nothing goes to stdout. What isn't
understood of Rust is listed on stderr, and is \`unknown\` in what is written.

Commands:
  markdown FILE.ts    describe the interfaces that a module exports, as Markdown
  html FILE.ts        describe one interface, as an HTML page
  json FILE.ts        the same as plain data, one JSON document each
  rust FILE.ts        write interface! declarations for the native crate
  typescript FILE.rs  write declarations for the interface!s in Rust source, and
                      types for the structs and enums of that file

FILE.ts may be an address too, such as https://example.com/camera.ts, which needs
--allow-import. The module is run, so give it the permissions that it needs.

Options:
  --only NAME         take the interface with this name only
  --hidden            show hidden interfaces, services, updates and streams, in
                      Markdown and HTML; the others have them always
  -h, --help          print this text

Exit codes:
  0  all is well
  1  the file can't be read, has problems, or has no interface
  2  the command was called wrongly`;

const COMMANDS = ["markdown", "html", "json", "rust", "typescript"] as const;

/** What can be asked for. */
export type Command = typeof COMMANDS[number];

/** What the command was called with. */
export interface Arguments {
  /** What is asked for. */
  readonly command: Command;
  /** The path or address of the file. */
  readonly file: string;
  /** The name of the only interface that is taken. */
  readonly only: string | undefined;
  /** Whether hidden items are shown. */
  readonly hidden: boolean;
}

/**
 * Reads what stands on the command line; null where help is asked for.
 *
 * @throws {CommandError} If it was called wrongly.
 */
export function parseArguments(args: readonly string[]): Arguments | null {
  if (args.length === 0) return null;
  const { values, positionals } = parse(args);
  if (values.help) return null;
  const [command = "", file, ...more] = positionals;
  if (!isCommand(command)) {
    throw wrong(
      command === ""
        ? `A command is missing: ${COMMANDS.join(", ")}`
        : `Unknown command ${JSON.stringify(command)}: there are ${
          COMMANDS.join(", ")
        }`,
    );
  }
  if (file === undefined) throw wrong(`${command} needs a file`);
  if (more.length > 0) {
    throw wrong(`${command} takes one file, got ${positionals.length - 1}`);
  }
  const { only, hidden = false } = values;
  return { command, file, only, hidden };
}

function parse(
  args: readonly string[],
): {
  values: { only?: string; hidden?: boolean; help?: boolean };
  positionals: string[];
} {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: "string" },
        hidden: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // Its first sentence says what is wrong, the others how to escape it.
    throw wrong(errorText(error).split(/\.? To specify|\n/)[0]!);
  }
}

function isCommand(word: string): word is Command {
  return (COMMANDS as readonly string[]).includes(word);
}

function wrong(text: string): CommandError {
  return new CommandError(2, `${text} (--help explains)`);
}
