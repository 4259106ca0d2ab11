import { linesOf } from "../lines_of.ts";
import type { Question } from "./figures.ts";

/** A process of the soak, which answers each line of its input with a line of JSON. */
export class SoakProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #over = false;

  /** Starts a script of this folder. */
  constructor(script: string, args: string[]) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--quiet", "--no-check", "--v8-flags=--expose-gc"],
        new URL(script, import.meta.url).href,
        ...args,
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#lines = linesOf(this.#process.stdout).getReader();
    this.#input = this.#process.stdin.getWriter();
  }

  /** The next line that it prints; null at its end. */
  async next<T>(): Promise<T | null> {
    const { value } = await this.#lines.read();
    return value === undefined ? null : JSON.parse(value);
  }

  /** Asks for a line. */
  async ask<T>(question: Question = "figures"): Promise<T> {
    await this.#input.write(new TextEncoder().encode(`${question}\n`));
    const answer = await this.next<T>();
    if (answer === null) throw new Error("A process of the soak has ended");
    return answer;
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Ends its input, and waits for its end; gives the line that it prints before, if any. */
  async end<T>(): Promise<{ last: T | null; code: number }> {
    await this.#input.close();
    const last = await this.next<T>();
    while (await this.next() !== null);
    const { code } = await this.#process.status;
    this.#over = true;
    return { last, code };
  }

  /** Kills it, if it runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#process.kill("SIGKILL");
    this.#process.kill("SIGCONT");
    await this.#lines.cancel();
    await this.#process.status;
  }
}
