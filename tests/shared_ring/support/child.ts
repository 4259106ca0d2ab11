import { assert } from "@std/assert";
import { QUIET } from "../../support/quiet.ts";
import { linesOf } from "../../../tools/lines_of.ts";

/** A child process, and the lines that it prints. */
export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  /** Runs a script. */
  constructor(script: string, ...args: string[]) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", script, ...args],
      stdin: "null",
      stdout: "piped",
      env: QUIET,
    }).spawn();
    this.#lines = linesOf(this.#process.stdout).getReader();
  }

  /** The id of the process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Waits for a line. */
  async line(): Promise<void> {
    const { done } = await this.#lines.read();
    assert(!done, "the child has ended by itself");
  }

  /** Sends it a signal. */
  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#lines.cancel();
    await this.#process.status;
  }
}
