import { Command } from "commander";
import type { CliIo } from "./cli_io.ts";
import { callCommand } from "./commands/call.ts";
import { completionsCommand } from "./commands/completions.ts";
import { describeCommand } from "./commands/describe.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { listCommand } from "./commands/list.ts";
import { pingCommand } from "./commands/ping.ts";

/** The command with all of its parts. */
export function makeProgram(io: CliIo): Command {
  const program = new Command("fizyr")
    .description("Look into servers of Fizyr RPC, and call them.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
    })
    .addHelpText(
      "after",
      `
Addresses: tcp://host:port, unix:PATH, unix+seqpacket:PATH, unix+shm:PATH,
tls://host:port, ws://host:port/path, wss://host/path

Results go to stdout, all else to stderr. Exit codes: 0 success, 1 an error response or
an invalid one, 2 called wrongly, 3 no connection, 4 the time was up, 130 Ctrl-C

Examples:
  fizyr list tcp://localhost:1337
  fizyr call tcp://localhost:1337 Camera.record '{"frames":3}'`,
    );
  const add = (name: string): Command =>
    program.command(name).showHelpAfterError("(--help explains)");
  listCommand(add("list"), io);
  describeCommand(add("describe"), io);
  callCommand(add("call"), io);
  pingCommand(add("ping"), io);
  inspectCommand(add("inspect"), io);
  completionsCommand(add("completions"), program, io);
  return program;
}
