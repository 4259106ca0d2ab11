import process from "node:process";
import { errorText } from "../internal/errors.ts";
import type { CliIo } from "./cli_io.ts";
import { CliError, exitCode } from "./exit_code.ts";
import { Stderr } from "./output/stderr.ts";
import { Stdout } from "./output/stdout.ts";
import type { Terminal } from "./terminal.ts";

/** Clears the line of a terminal, and goes back to its beginning. */
const CLEAR_LINE = "\x1b[2K\x1b[1G";

/** Runs the command in this process: with its arguments, its streams and its Ctrl-C. */
export async function runProcess(
  main: (args: readonly string[], io: CliIo) => Promise<number>,
): Promise<never> {
  const controller = new AbortController();
  process.on("SIGINT", () => {
    controller.abort(new CliError(exitCode.INTERRUPTED, "Interrupted"));
  });
  const { stdin } = process;
  const stderr = new Stderr();
  let isShown = false;
  const clear = (): void => {
    if (!isShown) return;
    isShown = false;
    stderr.put(CLEAR_LINE);
  };
  const stdout = new Stdout((error) => {
    clear();
    if (isGone(error)) process.exit(exitCode.SUCCESS);
    stderr.put(`Can't write to stdout: ${errorText(error)}\n`);
    process.exit(exitCode.FAILED);
  });
  const code = await main(process.argv.slice(2), {
    out: (line) => {
      clear();
      stdout.put(`${line}\n`);
    },
    write: (text) => {
      clear();
      return stdout.write(text);
    },
    err: (line) => {
      clear();
      stderr.put(`${line}\n`);
    },
    stdin() {
      const { signal } = controller;
      // What reads it would wait for a line that never comes.
      const stop = (): void => void stdin.destroy(signal.reason);
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop);
      return stdin;
    },
    signal: controller.signal,
    progress: process.stderr.isTTY
      ? (text) => {
        clear();
        isShown = text !== "";
        // A line that is wrapped couldn't be cleared.
        stderr.put(text.slice(0, (process.stderr.columns ?? 80) - 1));
      }
      : null,
    terminal: process.stdout.isTTY && stdin.isTTY ? terminal(stdout) : null,
  });
  clear();
  // It ends at once, whatever is still open; what it has written is out first.
  await stdout.flush();
  process.exit(code);
}

/** What is gone, such as `head` behind a pipe, wants no more lines. */
function isGone(error: unknown): boolean {
  const { code, name } = error as { code?: string; name?: string };
  return code === "EPIPE" || name === "BrokenPipe";
}

function terminal(out: Stdout): Terminal {
  const { stdin, stdout } = process;
  return {
    get columns() {
      return stdout.columns;
    },
    get rows() {
      return stdout.rows;
    },
    colors: (process.env.NO_COLOR ?? "") === "",
    write: (text) => out.put(text),
    async *keys(signal) {
      stdin.setRawMode(true);
      stdin.setEncoding("utf8");
      const stop = (): void => void stdin.destroy();
      signal.addEventListener("abort", stop);
      try {
        for await (const text of stdin) yield* text as string;
      } catch (error) {
        // Destroyed, it ends too early.
        if (!signal.aborted) throw error;
      } finally {
        signal.removeEventListener("abort", stop);
        stdin.setRawMode(false);
      }
    },
  };
}
