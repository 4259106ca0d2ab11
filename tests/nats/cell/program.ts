import { assert } from "@std/assert";
import { linesOf } from "../../../tools/lines_of.ts";
import type { Host } from "./hosts.ts";

/** A program of the cell on a host, and what it says. */
export class Program implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #killed = false;

  /** Starts a script of this folder. */
  constructor({ inside }: Host, script: string, args: readonly string[]) {
    const path = new URL(script, import.meta.url).pathname;
    const [command, ...rest] = [
      ...inside,
      ...[Deno.execPath(), "run", "--quiet", "--no-check", "-A", path],
      ...args,
    ];
    this.#process = new Deno.Command(command!, {
      args: rest,
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#lines = linesOf(this.#process.stdout).getReader();
  }

  /** Waits for lines that begin so, in any order; gives all that came, in theirs. */
  async until(...starts: string[]): Promise<string[]> {
    const lines: string[] = [];
    const missing = new Set(starts);
    while (missing.size > 0) {
      const { value } = await this.#lines.read();
      assert(
        value !== undefined,
        `No ${JSON.stringify([...missing])} in ${JSON.stringify(lines)}`,
      );
      lines.push(value);
      for (const start of missing) {
        if (value.startsWith(start)) missing.delete(start);
      }
    }
    return lines;
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    if (this.#killed) return;
    this.#killed = true;
    this.#process.kill("SIGKILL");
    await this.#lines.cancel();
    await this.#process.status;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
