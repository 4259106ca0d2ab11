import { assert } from "@std/assert";
import { CliError, exitCode } from "../../cli/exit_code.ts";
import { type CliResult, fizyr } from "./support.ts";

/** `fizyr serve` while it runs. */
export class Serving implements AsyncDisposable {
  /** Where it is. */
  readonly address: string;
  /** What came, without its time. */
  readonly received: Record<string, unknown>[];
  readonly #arrived: EventTarget;
  readonly #controller: AbortController;
  readonly #ended: Promise<CliResult>;

  /** Runs it on a free port. */
  static start(...args: readonly string[]): Promise<Serving> {
    return Serving.startOn("tcp://127.0.0.1:0", ...args);
  }

  /** Runs it on an address. */
  static async startOn(...args: readonly string[]): Promise<Serving> {
    const listening = Promise.withResolvers<string>();
    const controller = new AbortController();
    const received: Record<string, unknown>[] = [];
    const arrived = new EventTarget();
    const errors: string[] = [];
    const ended = fizyr(["serve", ...args], {
      signal: controller.signal,
      out(line) {
        const { time, ...rest } = JSON.parse(line);
        assert(!Number.isNaN(Date.parse(time)), line);
        received.push(rest);
        arrived.dispatchEvent(new Event("line"));
      },
      err(line) {
        errors.push(line);
        const address = line.split("Listening on ")[1];
        if (address !== undefined) listening.resolve(address);
      },
    });
    ended.then(({ code }) => {
      listening.reject(new Error(`It ended with ${code}: ${errors}`));
    });
    const serving = { controller, ended, received, arrived };
    return new Serving(await listening.promise, serving);
  }

  private constructor(
    address: string,
    { controller, ended, received, arrived }: {
      readonly arrived: EventTarget;
      readonly controller: AbortController;
      readonly ended: Promise<CliResult>;
      readonly received: Record<string, unknown>[];
    },
  ) {
    this.address = address;
    this.received = received;
    this.#arrived = arrived;
    this.#controller = controller;
    this.#ended = ended;
  }

  /** Waits until so much has come. */
  async until(count: number): Promise<void> {
    while (this.received.length < count) {
      await new Promise((resolve) =>
        this.#arrived.addEventListener("line", resolve, { once: true })
      );
    }
  }

  /** As Ctrl-C; gives the exit code. */
  async stop(): Promise<number> {
    const reason = new CliError(exitCode.INTERRUPTED, "Interrupted");
    this.#controller.abort(reason);
    return (await this.#ended).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
