import { linesOf } from "../../tools/lines_of.ts";
import { printer, programArgs } from "./child.ts";

/** The page of a cell, `cell_page.ts`, in a process of its own. */
export class PageProgram implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #printed: Promise<void>;
  readonly #begun = Promise.withResolvers<void>();

  /** Starts it. The line with its address is printed, as are all others. */
  constructor() {
    const args = programArgs("../cell_page", ["-A"], [
      "0",
      "--until-stdin-ends",
    ]);
    this.#process = new Deno.Command(Deno.execPath(), {
      args,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#printed = this.#print(printer("page", "green"));
  }

  /** Waits for its first line, which has the address, or for its end. */
  begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Ends it at once, whoever has the page open. */
  kill(): void {
    try {
      this.#process.kill("SIGTERM");
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Waits for its end. */
  async ended(): Promise<void> {
    await this.#printed;
    const { code } = await this.#process.status;
    if (code !== 0) throw new Error(`page ended with code ${code}`);
  }

  /** Lets it end when nobody has the page open any more, and waits for that. */
  async [Symbol.asyncDispose](): Promise<void> {
    // It may have ended already, and taken its end of the pipe with it.
    await this.#process.stdin.close().catch(() => {});
    await this.ended();
  }

  async #print(print: (line: string) => void): Promise<void> {
    for await (const line of linesOf(this.#process.stdout)) {
      print(line);
      this.#begun.resolve();
    }
    this.#begun.resolve();
  }
}
