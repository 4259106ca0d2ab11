import { linesOf } from "../../../tools/lines_of.ts";

/** A program that runs beside the test, and what it says, line by line. */
export class Program implements AsyncDisposable {
  readonly process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #ended = false;

  /** Starts a script. */
  constructor(script: URL, args: readonly string[]) {
    this.process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "-A", script.href, ...args],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.process.status.then(() => this.#ended = true);
    this.#lines = linesOf(this.process.stdout).getReader();
  }

  /** The next line that it writes. */
  async line(): Promise<string | undefined> {
    return (await this.#lines.read()).value;
  }

  /** Ends its input. */
  endInput(): Promise<void> {
    return this.process.stdin.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It may be stopped: nothing else ends it then.
    if (!this.#ended) this.process.kill("SIGKILL");
    if (!this.process.stdin.locked) {
      // It is closed already, or nobody reads it any more.
      await this.process.stdin.close().catch(() => {});
    }
    await this.#lines.cancel();
    await this.process.status;
  }
}
