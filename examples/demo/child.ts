import { TextLineStream } from "@std/streams";

/** A program of the demo in a process of its own; its lines are printed with a prefix. */
export class Child implements AsyncDisposable {
  readonly #name: string;
  readonly #color: string;
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  /** Starts a script beside this one; its stderr is the demo's own. */
  constructor(
    name: string,
    color: string,
    script: string,
    permissions: string[],
    args: string[],
  ) {
    this.#name = name;
    this.#color = color;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        ...permissions,
        new URL(script, import.meta.url).href,
        ...args,
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#lines = this.#process.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
  }

  /** Prints the next line, and gives it; null at the end. */
  async next(): Promise<string | null> {
    const { value } = await this.#lines.read();
    if (value === undefined) return null;
    console.log(
      `%c${this.#name.padEnd(10)}│ %c${value}`,
      `color: ${this.#color}`,
      "",
    );
    return value;
  }

  /** Prints all that comes, until its output ends. */
  async relay(): Promise<void> {
    while (await this.next() !== null);
  }

  /** Waits for its end. */
  async ended(): Promise<void> {
    const { code } = await this.#process.status;
    if (code !== 0) throw new Error(`${this.#name} ended with code ${code}`);
  }

  /** Ends it at once. */
  kill(): void {
    this.#process.kill("SIGTERM");
  }

  /** Closes its stdin, at which a server ends, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    // It may have ended already, and taken its end of the pipe with it.
    await this.#process.stdin.close().catch(() => {});
    await this.#process.status;
  }
}
