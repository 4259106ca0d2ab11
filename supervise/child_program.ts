import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { PARENT_FD, PARENT_VARIABLE } from "./connect_to_parent.ts";
import type { ProcessEnd } from "./supervise_options.ts";

/** What a program is started with. */
export interface ChildProgramOptions {
  readonly command: readonly [program: string, ...args: string[]];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
  output(line: string, stream: "stdout" | "stderr"): void;
}

/** A program that was started once. */
export class ChildProgram {
  /** The end of the socket pair whose other end is descriptor 3 of the program. */
  readonly socket: Socket;
  /** Resolves when it has ended, and all that it has printed is read. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly #process: ChildProcess;

  /** Starts it. That it can't be started is told by `ended`. */
  constructor({ command, cwd, env, output }: ChildProgramOptions) {
    const [program, ...args] = command;
    this.#process = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env, [PARENT_VARIABLE]: `${PARENT_FD}` },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      // Ctrl+C in a terminal is for this program, which ends that one in good order.
      detached: true,
    });
    const { stdio, stdout, stderr } = this.#process;
    this.socket = stdio[PARENT_FD] as unknown as Socket;
    // A program may end without ever having used it.
    this.socket?.on("error", () => {});
    this.ended = this.#end([
      printLines(stdout, (line) => output(line, "stdout")),
      printLines(stderr, (line) => output(line, "stderr")),
    ]);
  }

  /** Its process id; undefined if it couldn't be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Sends a signal, if it hasn't ended. */
  kill(signal: "SIGTERM" | "SIGKILL"): void {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    // The `kill` of a process sends only one signal on Deno.
    process.kill(pid, signal);
  }

  async #end(printed: Promise<void>[]): Promise<ProcessEnd> {
    const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
    this.#process.once("error", (error) => {
      // Of one that runs, it is a signal that couldn't be sent.
      if (this.#process.pid !== undefined) return;
      resolve({ kind: "ended", status: null, signal: null, error });
    });
    this.#process.once(
      "exit",
      (status, signal) =>
        resolve({ kind: "ended", status, signal, error: null }),
    );
    const end = await promise;
    if (end.error === null) await Promise.all(printed);
    this.socket?.destroy();
    return end;
  }
}

async function printLines(
  stream: Readable | null,
  print: (line: string) => void,
): Promise<void> {
  if (stream === null) return;
  for await (const line of createInterface({ input: stream })) print(line);
}
