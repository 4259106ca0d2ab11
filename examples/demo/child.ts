import { linesOf } from "../../tools/lines_of.ts";

/** What runs a script of this folder, with these permissions. */
export function programArgs(
  name: string,
  permissions: string[],
  args: string[],
): string[] {
  const script = new URL(`./${name}.ts`, import.meta.url).href;
  return ["run", "--quiet", "--no-prompt", ...permissions, script, ...args];
}

/** Prints lines with the name of the program that they come from. */
export function printer(name: string, color: string): (line: string) => void {
  return (line) =>
    console.log(`%c${name.padEnd(10)}│ %c${line}`, `color: ${color}`, "");
}

/** A client of the demo in a process of its own; its lines are printed with its name. */
export class Child {
  readonly #name: string;
  readonly #process: Deno.ChildProcess;
  readonly #printed: Promise<void>;

  /** Starts a script of this folder; its stderr is the demo's own. */
  constructor(
    name: string,
    color: string,
    permissions: string[],
    args: string[],
  ) {
    this.#name = name;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: programArgs(name, permissions, args),
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#printed = this.#print(printer(name, color));
  }

  /** Waits for its end. */
  async ended(): Promise<void> {
    await this.#printed;
    const { code } = await this.#process.status;
    if (code !== 0) throw new Error(`${this.#name} ended with code ${code}`);
  }

  async #print(print: (line: string) => void): Promise<void> {
    for await (const line of linesOf(this.#process.stdout)) print(line);
  }
}
