import { write as fsWrite } from "node:fs";
import process from "node:process";
import { clearLine, cursorTo } from "node:readline";
import type { CliIo } from "./cli_io.ts";
import { deno } from "../internal/runtime/deno.ts";
import { CliError, exitCode } from "./exit_code.ts";
import type { Terminal } from "./terminal.ts";

/** Runs the command in this process: with its arguments, its streams and its Ctrl-C. */
export async function runProcess(
  main: (args: readonly string[], io: CliIo) => Promise<number>,
): Promise<never> {
  const controller = new AbortController();
  process.on("SIGINT", () => {
    controller.abort(new CliError(exitCode.INTERRUPTED, "Interrupted"));
  });
  const { stdin, stdout, stderr } = process;
  // What is gone, such as `head` behind a pipe, wants no more lines.
  stdout.on("error", () => process.exit(exitCode.SUCCESS));
  let isShown = false;
  const clear = (): void => {
    if (!isShown) return;
    isShown = false;
    clearLine(stderr, 0);
    cursorTo(stderr, 0);
  };
  const code = await main(process.argv.slice(2), {
    out: (line) => {
      clear();
      stdout.write(`${line}\n`);
    },
    write: (text) => {
      clear();
      return writeStdout(text);
    },
    err: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    stdin: () => stdin,
    signal: controller.signal,
    progress: stderr.isTTY
      ? (text) => {
        clear();
        isShown = text !== "";
        // A line that is wrapped couldn't be cleared.
        stderr.write(text.slice(0, (stderr.columns ?? 80) - 1));
      }
      : null,
    terminal: stdout.isTTY && stdin.isTTY ? terminal() : null,
  });
  clear();
  // It ends at once, whatever is still open; what it has written is out first.
  await new Promise<void>((resolve) => stdout.write("", () => resolve()));
  process.exit(code);
}

/** Writes to stdout on a thread: `process.stdout` and, in Deno, `fs.write` block this one. */
async function writeStdout(text: string): Promise<void> {
  const write = deno === undefined
    ? writeInNode
    : (bytes: Uint8Array) => Deno.stdout.write(bytes);
  try {
    for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
      rest = rest.subarray(await write(rest));
    }
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string };
    // What is gone, such as `head` behind a pipe, wants no more lines.
    if (code !== "EPIPE" && name !== "BrokenPipe") throw error;
    process.exit(exitCode.SUCCESS);
  }
}

function writeInNode(bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) =>
    fsWrite(process.stdout.fd, bytes, (error, written) => {
      if (error === null) resolve(written);
      else reject(error);
    })
  );
}

function terminal(): Terminal {
  const { stdin, stdout } = process;
  return {
    get columns() {
      return stdout.columns;
    },
    get rows() {
      return stdout.rows;
    },
    colors: (process.env.NO_COLOR ?? "") === "",
    write: (text) => void stdout.write(text),
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
