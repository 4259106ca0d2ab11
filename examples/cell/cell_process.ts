import { linesOf } from "../../tools/lines_of.ts";

/** Prints lines with the name of the program that they come from. */
export function printer(name: string, color: string): (line: string) => void {
  return (line) =>
    console.log(`%c${name.padEnd(12)} │ %c${line}`, `color: ${color}`, "");
}

/** A program of the cell that runs to its end; its lines are printed with its name. */
export class CellProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #printed: Promise<void>;

  /** Starts a script of this folder. Ctrl+C in the terminal doesn't reach it. */
  constructor(name: string, color: string, args: string[]) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: CellProcess.args(name, args),
      stdout: "piped",
      detached: true,
    }).spawn();
    this.#printed = this.#print(printer(name, color));
  }

  /** What runs a script of this folder, which may use the sockets it is given, and no more. */
  static args(name: string, args: string[]): string[] {
    const script = new URL(`./${name}.ts`, import.meta.url).href;
    const paths = args.filter((arg) => arg.endsWith(".sock"));
    return [
      ...["run", "--quiet", "--no-prompt"],
      `--allow-net=${paths.map((path) => `unix:${path}`)}`,
      `--allow-read=${paths}`,
      `--allow-write=${paths}`,
      ...[script, ...args],
    ];
  }

  /** Waits for its end; gives its exit status. */
  async ended(): Promise<number> {
    await this.#printed;
    return (await this.#process.status).code;
  }

  /** Sends a signal, if it hasn't ended. */
  kill(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Ends it, also when it is stopped, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGTERM");
    this.kill("SIGCONT");
    await this.ended();
  }

  async #print(print: (line: string) => void): Promise<void> {
    for await (const line of linesOf(this.#process.stdout)) print(line);
  }
}
