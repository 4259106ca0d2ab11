import { assert, assertEquals } from "@std/assert";
import { linesOf } from "../../tools/lines_of.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** A program of examples/, or at a URL, run as its header or text says. */
export class Program implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #ended = false;

  /** Starts it; `cwd` is where relative paths lead to. */
  constructor(name: string, flags: string[], args: string[] = [], cwd = ".") {
    const script = new URL(name, EXAMPLES).href;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", ...flags, script, ...args],
      cwd,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#lines = linesOf(this.#process.stdout).getReader();
  }

  /** Waits for a line that begins with a text; gives the rest of it. */
  async after(start: string): Promise<string> {
    const passed: string[] = [];
    for (;;) {
      const { value } = await this.#lines.read();
      assert(value !== undefined, `No "${start}" in ${JSON.stringify(passed)}`);
      if (value.startsWith(start)) return value.slice(start.length);
      passed.push(value);
    }
  }

  /** Waits until there was a line for each of these beginnings, in any order. */
  async afterAll(...starts: string[]): Promise<void> {
    const missing = new Set(starts);
    while (missing.size > 0) {
      const { value } = await this.#lines.read();
      assert(value !== undefined, `No "${[...missing].join('", "')}"`);
      for (const start of missing) {
        if (value.startsWith(start)) missing.delete(start);
      }
    }
  }

  /** Waits for its end, with this status; gives the lines that are left. */
  async end(status = 0): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const { value } = await this.#lines.read();
      if (value === undefined) break;
      lines.push(value);
    }
    const { code } = await this.#process.status;
    this.#ended = true;
    assertEquals(code, status, lines.join("\n"));
    return lines;
  }

  /** Sends what Ctrl+C sends. */
  interrupt(): void {
    this.#process.kill("SIGINT");
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Ends it in any case. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#process.kill("SIGKILL");
    await this.#lines.cancel();
    await this.#process.status;
  }
}
