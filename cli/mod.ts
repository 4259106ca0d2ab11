/**
 * The command `fizyr`, which looks into servers and calls them:
 *
 *     deno install -g -A -n fizyr jsr:@fizyr/rpc/cli
 *     fizyr list tcp://localhost:1337
 *     fizyr call tcp://localhost:1337 Camera.record '{"frames":3}'
 *
 * `fizyr --help` lists its commands, and `fizyr call --help` explains one. Results go
 * to stdout as JSON lines, all else to stderr.
 *
 * @module
 */
import { CommanderError } from "commander";
import type { CliIo } from "./cli_io.ts";
import { exitCode } from "./exit_code.ts";
import { failureOf } from "./failure_of.ts";
import { printableIo } from "./output/printable_io.ts";
import { makeProgram } from "./program.ts";
import { runProcess } from "./run_process.ts";
import { untilInterrupted } from "./until_interrupted.ts";

export type { CliIo } from "./cli_io.ts";
export type { Terminal } from "./terminal.ts";

/**
 * Runs the command.
 *
 * @param args What stands on the command line behind the program.
 * @returns The exit code: 0 success, 1 an error response or an invalid one, 2 called
 * wrongly, 3 no connection, 4 the time was up, 130 Ctrl-C.
 *
 * @example A command that is called wrongly
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { main } from "jsr:@fizyr/rpc/cli";
 *
 * const code = await main(["list"], {
 *   out: console.log,
 *   err: console.error,
 *   stdin: async function* () {},
 *   signal: new AbortController().signal,
 * });
 * assertEquals(code, 2);
 * ```
 */
export async function main(
  args: readonly string[],
  io: CliIo,
): Promise<number> {
  const shown = printableIo(io);
  const program = makeProgram(shown);
  try {
    if (args.length === 0) program.outputHelp();
    else {
      const command = program.parseAsync(args, { from: "user" });
      await untilInterrupted(command, io.signal);
    }
    return exitCode.SUCCESS;
  } catch (error) {
    // It has written what is wrong, or its help.
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCode.SUCCESS : exitCode.USAGE;
    }
    const failure = failureOf(error);
    for (const line of failure.lines) shown.err(line);
    return failure.exitCode;
  }
}

if (import.meta.main) await runProcess(main);
