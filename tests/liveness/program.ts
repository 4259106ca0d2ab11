import { linesOf } from "../../tools/lines_of.ts";

/** A program that runs beside the test, and what it says, line by line. */
export class Program implements AsyncDisposable {
  readonly process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #ended = false;

  /** Starts a script of this folder; `inside` is the command that it is an argument of. */
  constructor(script: string, args: string[], inside: string[] = []) {
    const path = new URL(script, import.meta.url).pathname;
    const [command, ...rest] = [
      ...inside,
      ...[Deno.execPath(), "run", "--quiet", "--no-check", "-A", path],
      ...args,
    ];
    this.process = new Deno.Command(command!, {
      args: rest,
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.process.status.then(() => this.#ended = true);
    this.#lines = linesOf(this.process.stdout).getReader();
  }

  /** The next line that it writes. */
  async line(): Promise<string | undefined> {
    return (await this.#lines.read()).value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It may be stopped: nothing else ends it then.
    if (!this.#ended) this.process.kill("SIGKILL");
    await this.#lines.cancel();
    await this.process.status;
  }
}
