import { linesOf } from "../../../tools/lines_of.ts";

/** A server that is attacked, in a process of its own. */
export class Victim implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  /** Where it listens. */
  readonly port: number;

  private constructor(process: Deno.ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  /** Starts a program that prints its address, and ends with its input. */
  static async start(command: readonly string[]): Promise<Victim> {
    const [program, ...args] = command;
    const process = new Deno.Command(program!, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    for await (const line of linesOf(process.stdout)) {
      return new Victim(process, Number(new URL(line).port));
    }
    throw new Error(`${program} ended before it listened`);
  }

  /** The most memory that was resident so far, in bytes. */
  async peak(): Promise<number> {
    const path = `/proc/${this.#process.pid}/status`;
    const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(await Deno.readTextFile(path))!;
    return Number(kib) * 1024;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }
}
