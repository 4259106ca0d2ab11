import { assert } from "@std/assert";
import type { CliIo } from "../../../cli/cli_io.ts";
import { CliError, exitCode } from "../../../cli/exit_code.ts";
import { type CliResult, fizyr } from "../support.ts";

/** `fizyr watch` between clients and a server, in this process. */
export class Watched implements AsyncDisposable {
  /** Where the clients connect to. */
  readonly address: string;
  /** The lines of stderr. */
  readonly err: string[];
  /** The lines of stdout. */
  readonly out: string[];
  readonly #controller: AbortController;
  readonly #result: Promise<CliResult>;
  readonly #changes: Set<() => void>;

  private constructor(
    address: string,
    parts: {
      readonly out: string[];
      readonly err: string[];
      readonly controller: AbortController;
      readonly result: Promise<CliResult>;
      readonly changes: Set<() => void>;
    },
  ) {
    this.address = address;
    this.out = parts.out;
    this.err = parts.err;
    this.#controller = parts.controller;
    this.#result = parts.result;
    this.#changes = parts.changes;
  }

  /** Starts it, and waits until it listens. */
  static async start(
    { listen = "127.0.0.1:0", to, options = [], io = {} }: {
      readonly listen?: string;
      readonly to: string;
      readonly options?: readonly string[];
      readonly io?: Partial<CliIo>;
    },
  ): Promise<Watched> {
    const controller = new AbortController();
    const out: string[] = [], err: string[] = [];
    const changes = new Set<() => void>();
    const listening = Promise.withResolvers<string>();
    const changed = (): void => changes.forEach((change) => change());
    const result = fizyr(
      ["watch", "--listen", listen, "--to", to, ...options],
      {
        signal: controller.signal,
        out: (line) => {
          out.push(...line.split("\n"));
          changed();
        },
        err: (line) => {
          err.push(line);
          const [, address] = /^Listening on (\S+),/.exec(line) ?? [];
          if (address !== undefined) listening.resolve(address);
          changed();
        },
        ...io,
      },
    );
    const address = await Promise.race([
      listening.promise,
      result.then(({ code }) => {
        throw new Error(`It ended with ${code}: ${err.join("\n")}`);
      }),
    ]);
    return new Watched(address, { out, err, controller, result, changes });
  }

  /** Waits until so many lines are on stdout. */
  async lines(count: number): Promise<string[]> {
    await this.until(() => this.out.length >= count);
    return this.out;
  }

  /** Waits until something is the case, which a line brings about. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        const change = (): void => {
          this.#changes.delete(change);
          resolve();
        };
        this.#changes.add(change);
      });
    }
  }

  /** Waits until a line on stderr has a text. */
  async said(text: string): Promise<void> {
    await this.until(() => this.err.some((line) => line.includes(text)));
  }

  /** Ends it as Ctrl-C does. */
  async stop(): Promise<void> {
    const reason = new CliError(exitCode.INTERRUPTED, "Interrupted");
    this.#controller.abort(reason);
    const { code } = await this.#result;
    assert(code === 130, this.err.join("\n"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** A message as a line of JSON tells it, without what differs from run to run. */
export function outline(line: string): unknown[] {
  const message = JSON.parse(line);
  const { from, kind, name, update, body, text, base64, error } = message;
  const what = update === undefined ? name : `${name} ${update}`;
  const value = body ?? text ?? base64 ?? error;
  return value === undefined ? [from, kind, what] : [from, kind, what, value];
}
