import type { Body, StreamBody } from "../../../mod.ts";
import {
  type ProcessEnd,
  type ProcessEvent,
  supervise,
  type SuperviseOptions,
  type Supervisor,
} from "../../../supervise/mod.ts";

/** The program that is looked after. */
const CHILD = new URL("./serving_child.ts", import.meta.url).href;
/** The program that looks after it, where that isn't the test. */
export const PARENT = new URL("./parent_program.ts", import.meta.url).href;
/** What runs a program of the tests. */
export const RUN = ["run", "--quiet", "--no-check", "-A"];

/** A program that is looked after, and what becomes of it. */
export class Scene<B extends Body = StreamBody> implements AsyncDisposable {
  readonly supervisor: Supervisor<B>;
  readonly lines: string[] = [];
  readonly events: ProcessEvent[] = [];
  readonly errors: unknown[] = [];
  #end = Promise.withResolvers<ProcessEnd>();
  readonly #printed = Promise.withResolvers<void>();

  constructor(args: string[], options: Partial<SuperviseOptions<B>> = {}) {
    // The type of the body follows from options that aren't literals here.
    const start = supervise as unknown as (
      options: SuperviseOptions<B>,
    ) => Supervisor<B>;
    this.supervisor = start({
      command: [Deno.execPath(), ...RUN, CHILD, ...args],
      output: (line, stream) => {
        this.lines.push(`${stream}: ${line}`);
        this.#printed.resolve();
      },
      onError: (error) => this.errors.push(error),
      // Two cores are shared with other tests: a start may take seconds.
      heartbeat: { interval: 20_000, timeout: 20_000 },
      ...options,
      onProcess: (event) => {
        this.events.push(event);
        if (event.kind !== "ended") return;
        this.#end.resolve(event);
        this.#end = Promise.withResolvers();
      },
    });
  }

  /** The next end of the program. */
  get end(): Promise<ProcessEnd> {
    return this.#end.promise;
  }

  /** Resolves when it has printed its first line. */
  get printed(): Promise<void> {
    return this.#printed.promise;
  }

  async pid(): Promise<number> {
    const response = await this.supervisor.link.call(1, "", {
      idempotent: true,
    });
    return Number(response.text());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.supervisor.stop();
  }
}
