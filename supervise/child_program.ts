import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import type { Readable } from "node:stream";
import { systemClock } from "../internal/clock.ts";
import { waitAtMost } from "../internal/promises.ts";
import type { Body } from "../protocol/body.ts";
import { LineSplitter } from "./line_splitter.ts";
import {
  PARENT_FD,
  PARENT_VARIABLE,
  SOCKET_VARIABLE,
  type SocketKind,
} from "./parent_variables.ts";
import type { ProgramSocket } from "./program_socket.ts";
import { couldNotStart, type ProcessEnd } from "./process_event.ts";

/** How long after the end of a program its output is waited for, in milliseconds. */
const REST_TIMEOUT = 1000;

/** What a program is started with. */
export interface ChildProgramOptions {
  readonly command: readonly [program: string, ...args: string[]];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly kind: SocketKind;
  /** Takes a line that it has printed. Must not throw. */
  output(line: string, stream: "stdout" | "stderr"): void;
}

/** A program that was started once. */
export class ChildProgram<B extends Body> {
  /** The socket pair whose other end is descriptor 3 of the program. */
  readonly socket: ProgramSocket<B>;
  /** Resolves when it has ended, and what it has printed is read. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly #process: ChildProcess;
  readonly #output: readonly LineReader[];

  /**
   * Starts it with a socket.
   *
   * @throws Without the permission. Other reasons why it can't be started are told by
   * `ended`.
   */
  constructor(
    socket: ProgramSocket<B>,
    { command, cwd, env, kind, output }: ChildProgramOptions,
  ) {
    const [program, ...args] = command;
    this.socket = socket;
    try {
      this.#process = spawn(program, args, {
        cwd,
        env: {
          ...process.env,
          ...env,
          [PARENT_VARIABLE]: `${PARENT_FD}`,
          [SOCKET_VARIABLE]: kind,
        },
        // The types of Deno know no numbers; Node's own take them.
        stdio: ["ignore", "pipe", "pipe", socket.stdio as "pipe"],
        // Ctrl+C in a terminal is for this program, which ends that one in good order.
        detached: true,
      });
    } catch (error) {
      socket.close();
      throw error;
    }
    const { stdout, stderr } = this.#process;
    socket.onSpawned(this.#process);
    this.#output = [
      readLines(stdout, (line) => output(line, "stdout")),
      readLines(stderr, (line) => output(line, "stderr")),
    ];
    this.ended = this.#end();
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
    try {
      process.kill(pid, signal);
    } catch (error) {
      // It has ended, and the event that says so is on its way.
      if ((error as { readonly code?: string }).code !== "ESRCH") throw error;
    }
  }

  async #end(): Promise<ProcessEnd> {
    const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
    this.#process.once("error", (error) => {
      // Of one that runs, it is a signal that couldn't be sent.
      if (this.#process.pid !== undefined) return;
      resolve(couldNotStart(error));
    });
    this.#process.once(
      "exit",
      (status, signal) =>
        resolve({ kind: "ended", status, signal, error: null }),
    );
    const end = await promise;
    if (end.error === null) await this.#readRest();
    this.socket.close();
    return end;
  }

  /** What it has started may hold its output open, and print on. */
  async #readRest(): Promise<void> {
    const ended = Promise.all(this.#output.map(({ ended }) => ended));
    await waitAtMost(systemClock, REST_TIMEOUT, ended);
    for (const { stop } of this.#output) stop();
  }
}

/** What reads the lines of a stream. */
interface LineReader {
  /** Resolves at the end of the stream. */
  readonly ended: Promise<void>;
  /** Reads no further. */
  stop(): void;
}

function readLines(
  stream: Readable | null,
  onLine: (line: string) => void,
): LineReader {
  // One that couldn't be started has none.
  if (stream === null) return { ended: Promise.resolve(), stop() {} };
  const lines = new LineSplitter(onLine);
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => lines.push(text));
  const finish = (): void => {
    lines.end();
    resolve();
  };
  stream.on("end", finish);
  stream.on("close", finish);
  return { ended: promise, stop: () => void stream.destroy() };
}
