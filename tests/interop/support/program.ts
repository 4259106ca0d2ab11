import { linesOf } from "../../../tools/lines_of.ts";

/** A program of another language: it prints a line for each thing that happens. */
export class Program implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;

  constructor(command: string, args: readonly string[]) {
    this.#process = new Deno.Command(command, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#lines = linesOf(this.#process.stdout).getReader();
  }

  /** The next line, or undefined at the end. */
  async line(): Promise<string | undefined> {
    return (await this.#lines.read()).value;
  }

  /** The next lines; fewer if it ends. */
  async take(count: number): Promise<string[]> {
    const lines: string[] = [];
    for (let i = 0; i < count; i++) {
      const line = await this.line();
      if (line === undefined) break;
      lines.push(line);
    }
    return lines;
  }

  /** All lines until it ends, and its exit code. */
  async end(): Promise<[string[], number]> {
    const lines: string[] = [];
    for (let line; (line = await this.line()) !== undefined;) lines.push(line);
    return [lines, (await this.#process.status).code];
  }

  /** Writes a line to its stdin. */
  async say(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends its stdin. */
  async hangUp(): Promise<void> {
    try {
      await this.#input.close();
    } catch { /* It has ended by itself. */ }
  }

  /** Sends it a signal; it may have ended by itself. */
  signal(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch { /* It has ended by itself. */ }
  }

  /** Ends it without a chance to say goodbye. */
  kill(): void {
    this.signal("SIGKILL");
  }

  /** Ends it in any case. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.hangUp();
    await this.#lines.cancel();
    await this.#process.status;
  }
}
