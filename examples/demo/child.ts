import { linesOf } from "../../tools/lines_of.ts";

/** What runs a script beside this one, with these permissions. */
export function programArgs(
  script: string,
  permissions: string[],
  args: string[],
): string[] {
  const { href } = new URL(`${script}.ts`, import.meta.url);
  return ["run", "--quiet", "--no-prompt", ...permissions, href, ...args];
}

/** Prints lines with the name of the program that they come from. */
export function printer(name: string, color: string): (line: string) => void {
  return (line) =>
    console.log(`%c${name.padEnd(10)}│ %c${line}`, `color: ${color}`, "");
}

/** A program of the demo in a process of its own; its lines are printed with its name. */
export class Child {
  readonly #name: string;
  readonly #process: Deno.ChildProcess;
  readonly #printed: Promise<void>;
  readonly #started = Promise.withResolvers<string | null>();

  /** Starts a script beside this one; its stderr is the demo's own. */
  constructor(
    script: string,
    name: string,
    color: string,
    permissions: string[],
    args: string[],
  ) {
    this.#name = name;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: programArgs(script, permissions, args),
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#printed = this.#print(printer(name, color));
  }

  /** The first line that it prints; null if it ends without one. */
  get started(): Promise<string | null> {
    return this.#started.promise;
  }

  /** Resolves when it has printed its last line. */
  get printed(): Promise<void> {
    return this.#printed;
  }

  /** Ends it at once. */
  kill(): void {
    try {
      this.#process.kill("SIGTERM");
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Closes its stdin, and waits for its end. */
  async ended(): Promise<void> {
    // It may have ended already, and taken its end of the pipe with it.
    await this.#process.stdin.close().catch(() => {});
    await this.printed;
    const { code } = await this.#process.status;
    if (code !== 0) throw new Error(`${this.#name} ended with code ${code}`);
  }

  async #print(print: (line: string) => void): Promise<void> {
    for await (const line of linesOf(this.#process.stdout)) {
      print(line);
      this.#started.resolve(line);
    }
    this.#started.resolve(null);
  }
}
