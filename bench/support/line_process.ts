import type { Cpu } from "./pinning.ts";
import { linesOf } from "../../tools/lines_of.ts";

/** A child process that reads commands and prints results, one on a line. */
export class LineProcess implements AsyncDisposable {
  #child: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #lines: ReadableStreamDefaultReader<string>;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#lines = linesOf(child.stdout).getReader();
  }

  /** Starts a program, tied to the CPU. */
  static start(
    cpu: Cpu,
    program: string,
    args: readonly string[],
  ): LineProcess {
    const command = [program, ...args];
    if (cpu !== null) command.unshift("taskset", "-c", String(cpu));
    const [file = "", ...rest] = command;
    return new LineProcess(
      new Deno.Command(file, {
        args: rest,
        stdin: "piped",
        stdout: "piped",
        stderr: "inherit",
      }).spawn(),
    );
  }

  /** Starts a script of this project. */
  static startDeno(
    cpu: Cpu,
    script: URL,
    args: readonly string[],
  ): LineProcess {
    return LineProcess.start(cpu, Deno.execPath(), [
      "run",
      "--quiet",
      "-A",
      script.href,
      ...args,
    ]);
  }

  /**
   * Starts a script of this project with the library of a checkout, which it is given
   * first.
   */
  static startWith(
    folder: string,
    cpu: Cpu,
    script: URL,
    args: readonly string[],
    flags: readonly string[] = [],
  ): LineProcess {
    return LineProcess.start(cpu, Deno.execPath(), [
      ...["run", "--quiet", "-A", "--no-check", ...flags],
      `--config=${folder}/deno.json`,
      script.href,
      `file://${folder}/mod.ts`,
      ...args,
    ]);
  }

  /** The id of the process. */
  get pid(): number {
    return this.#child.pid;
  }

  /**
   * The next line it prints.
   *
   * @throws {Error} If it has ended.
   */
  async readLine(): Promise<string> {
    const { value } = await this.#lines.read();
    if (value !== undefined) return value;
    const { code } = await this.#child.status;
    throw new Error(`A process of the bench ended early, with code ${code}`);
  }

  /** Writes a line to it, and reads the one it answers with. */
  async ask(line: string): Promise<string> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
    return await this.readLine();
  }

  /** Ends its stdin, and with that the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    // If the process has ended by itself, the pipe is closed already.
    await this.#input.close().catch(() => {});
    await this.#lines.cancel();
    await this.#child.status;
  }
}
