import { linesOf } from "../../tools/lines_of.ts";

/** A program of the cell in a process of its own; its lines are printed with its name. */
export class CellProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #printed: Promise<void>;
  readonly #begun = Promise.withResolvers<void>();

  /** Starts a script of this folder. Ctrl+C in the terminal doesn't reach it. */
  constructor(name: string, color: string, args: string[]) {
    const script = new URL(`./${name}.ts`, import.meta.url).href;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "-A", script, ...args],
      stdout: "piped",
      detached: true,
    }).spawn();
    this.#printed = this.#print(name, color);
  }

  /** Its process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Waits for its first line, or for its end. */
  begun(): Promise<void> {
    return this.#begun.promise;
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

  async #print(name: string, color: string): Promise<void> {
    for await (const line of linesOf(this.#process.stdout)) {
      console.log(`%c${name.padEnd(12)} │ %c${line}`, `color: ${color}`, "");
      this.#begun.resolve();
    }
    this.#begun.resolve();
  }
}
