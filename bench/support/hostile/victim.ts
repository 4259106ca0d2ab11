import { linesOf } from "../../../tools/lines_of.ts";

/** How often its memory is looked at, in milliseconds. */
const LOOK_TIME = 100;

/** What a server held at a moment. */
export interface Holding {
  /** Milliseconds since it is watched. */
  readonly at: number;
  /** Resident memory, in bytes. */
  readonly resident: number;
  /** Open descriptors. */
  readonly descriptors: number;
}

/** A server that is attacked, in a process of its own. */
export class Victim implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  /** Where it listens. */
  readonly address: string;
  /** What it has held since it is watched. */
  readonly held: Holding[] = [];
  #timer: ReturnType<typeof setInterval> | null = null;

  private constructor(process: Deno.ChildProcess, address: string) {
    this.#process = process;
    this.address = address;
  }

  /** Starts a program that prints its address, and ends with its input. */
  static async start(command: readonly string[]): Promise<Victim> {
    const [program, ...args] = command;
    const process = new Deno.Command(program!, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    for await (const line of linesOf(process.stdout)) {
      return new Victim(process, line);
    }
    throw new Error(`${program} ended before it listened`);
  }

  /** The most memory that was resident so far, in bytes. */
  peak(): number {
    return this.#status("VmHWM");
  }

  /** How many descriptors are open. */
  descriptors(): number {
    return [...Deno.readDirSync(`/proc/${this.#process.pid}/fd`)].length;
  }

  /** Begins to look at what it holds. */
  watch(): void {
    const start = Date.now();
    this.#timer = setInterval(() => {
      this.held.push({
        at: Date.now() - start,
        resident: this.#status("VmRSS"),
        descriptors: this.descriptors(),
      });
    }, LOOK_TIME);
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }

  #status(name: string): number {
    const text = Deno.readTextFileSync(`/proc/${this.#process.pid}/status`);
    const [, kib] = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)!;
    return Number(kib) * 1024;
  }
}
