/** Many connections between two processes that were busy once, and are idle. */
import { sized } from "../support/suite/long.ts";
import { assert } from "@std/assert";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { QUIET } from "../support/quiet.ts";
import { linesOf } from "../../tools/lines_of.ts";

const COUNT = sized(60, 200);
/** The most that a connection may hold on one side, with its rings. */
const MOST = 128 * 1024;
const CHILD = new URL("./support/many_child.ts", import.meta.url).href;
const encoder = new TextEncoder();

class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  constructor(...args: string[]) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--quiet",
        "--v8-flags=--expose-gc",
        CHILD,
        ...args,
      ],
      stdin: "piped",
      stdout: "piped",
      env: QUIET,
    }).spawn();
    this.#lines = linesOf(this.#process.stdout).getReader();
    this.#input = this.#process.stdin.getWriter();
  }

  async line(): Promise<number> {
    const { done, value } = await this.#lines.read();
    assert(!done, "the child has ended by itself");
    return Number(value);
  }

  async ask(command: string): Promise<number> {
    await this.#input.write(encoder.encode(`${command}\n`));
    return await this.line();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
    await this.#lines.cancel();
    await this.#process.status;
  }
}

testWith(
  "all",
  `${COUNT} connections that were busy hold little when they are idle`,
  async () => {
    using dir = new TempDir();
    const path = dir.file("s");
    await using server = new Child("serve", path);
    const sides: [Child, number][] = [[server, await server.line()]];
    await using client = new Child("connect", path, `${COUNT}`);
    sides.push([client, await client.line()]);
    await client.ask("connect");
    // Until it has been idle for long enough: there is no event to wait for.
    for (const [side, before] of sides) {
      let each = Infinity;
      for (let i = 0; i < 200 && each > MOST; i++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        each = (await side.ask("memory") - before) / COUNT;
      }
      assert(each <= MOST, `${Math.round(each / 1024)} KiB each`);
    }
  },
);
