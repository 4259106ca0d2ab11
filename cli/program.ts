import { Command } from "commander";
import type { CliIo } from "./cli_io.ts";
import { showOwnOptionsFirst } from "./input/option_groups.ts";
import { benchCommand } from "./commands/bench.ts";
import { callCommand } from "./commands/call.ts";
import { completionsCommand } from "./commands/completions.ts";
import { describeCommand } from "./commands/describe.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { listCommand } from "./commands/list.ts";
import { pingCommand } from "./commands/ping.ts";
import { replayCommand } from "./commands/replay.ts";
import { serveCommand } from "./commands/serve.ts";
import { streamCommand } from "./commands/stream.ts";
import { topCommand } from "./commands/top.ts";
import { watchCommand } from "./commands/watch.ts";

/** The command with all of its parts. */
export function makeProgram(io: CliIo): Command {
  const program = showOwnOptionsFirst(new Command("fizyr"))
    .description("Look into servers of Fizyr RPC, and call them.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => {
        for (const line of text.trimEnd().split("\n")) io.err(line);
      },
      // The help has no colours. To find out, it would ask for the environment.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText(
      "after",
      `
Addresses: tcp://host:port or host:port, tls://host:port, unix:PATH,
unix+seqpacket:PATH, unix+shm:PATH, ws://host:port/path, wss://host/path,
nats://host:4222/subject

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
  streamCommand(add("stream"), io);
  serveCommand(add("serve"), io);
  pingCommand(add("ping"), io);
  watchCommand(add("watch"), io);
  replayCommand(add("replay"), io);
  benchCommand(add("bench"), io);
  topCommand(add("top"), io);
  inspectCommand(add("inspect"), io);
  completionsCommand(add("completions"), program, io);
  return program;
}
