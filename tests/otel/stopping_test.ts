/** The programs of docs/operating.md under traces: what SIGTERM leaves of their spans. */
import { assert, assertEquals } from "@std/assert";
import { linesOf } from "../../tools/lines_of.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { testWith } from "../support/permissions.ts";
import { runDeno } from "../support/processes/run_deno.ts";
import { QUIET } from "../support/quiet.ts";
import { Collector } from "./collector.ts";

const CHECKOUT = new URL("../../", import.meta.url);

/** A program of the page, and the flags that the page runs it with. */
function programOf(name: string): { code: string; flags: string[] } {
  const page = new URL("docs/operating.md", CHECKOUT);
  const found = new RegExp(
    `\`deno run ([^\`]*) ${name}\`.*?\`\`\`ts ignore\n(.*?\n)\`\`\`\n`,
    "s",
  ).exec(Deno.readTextFileSync(page));
  assert(found !== null, `The page has no ${name}`);
  return { flags: found[1]!.split(" "), code: found[2]! };
}

/** The programs of the page in a folder, as a newcomer has them. */
class Newcomer implements AsyncDisposable {
  readonly #folder = new TempDir();
  readonly #collector = new Collector();
  #camera: Deno.ChildProcess | null = null;
  #port = "";

  constructor() {
    const links = [CHECKOUT.pathname];
    this.#write("deno.json", JSON.stringify({ links }));
  }

  /** Starts the server at any port, and waits until it listens. */
  async startCamera(change: (code: string) => string): Promise<void> {
    const { code, flags } = programOf("camera.ts");
    this.#write("camera.ts", change(code).replace(":1337", ":0"));
    this.#camera = new Deno.Command(Deno.execPath(), {
      args: this.#args("camera.ts", flags, "0"),
      cwd: this.#folder.path,
      env: this.#env("camera"),
      stdin: "null",
      stdout: "piped",
    }).spawn();
    for await (const line of linesOf(this.#camera.stdout)) {
      this.#port = /^Listening on port (\d+)$/.exec(line)?.[1] ?? "";
      break;
    }
    assert(this.#port !== "", "The camera doesn't listen");
  }

  /** Runs the client to its end; gives what it wrote. */
  async runShift(): Promise<string> {
    const { code, flags } = programOf("shift.ts");
    this.#write("shift.ts", code.replace("1337", this.#port));
    const { code: status, stdout, stderr } = await runDeno(
      this.#args("shift.ts", flags, this.#port),
      { cwd: this.#folder.path, env: this.#env("shift") },
    );
    assertEquals(status, 0, stderr);
    return stdout;
  }

  /** Tells the server to stop, and waits until it has. */
  async stopCamera(): Promise<Deno.CommandStatus> {
    this.#camera!.kill("SIGTERM");
    const status = await this.#camera!.status;
    this.#camera = null;
    return status;
  }

  /** The span of the call that a program has sent. */
  spanOf(program: "camera" | "shift") {
    return this.#collector.spansOf(program)["Camera/record"];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#camera?.kill("SIGKILL");
    await this.#camera?.status;
    await this.#collector[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }

  #args(name: string, flags: string[], port: string): string[] {
    const own = flags.map((flag) => flag.replace("1337", port));
    return ["run", "--quiet", "--no-prompt", "--no-check", ...own, name];
  }

  #env(program: string): Record<string, string> {
    const env = this.#collector.env(program);
    // Spans are sent at the end of a program only.
    return { ...QUIET, ...env, OTEL_BSP_SCHEDULE_DELAY: "3600000" };
  }

  #write(name: string, text: string): void {
    Deno.writeTextFileSync(this.#folder.file(name), text);
  }
}

testWith(
  "all",
  "with the handler of the page, SIGTERM leaves no span behind",
  async () => {
    await using newcomer = new Newcomer();
    await newcomer.startCamera((code) => code);
    assertEquals(await newcomer.runShift(), "3 frames\n");
    assertEquals(newcomer.spanOf("camera"), undefined);
    const { code, signal } = await newcomer.stopCamera();
    assertEquals([code, signal], [0, null]);
    const call = newcomer.spanOf("shift"), handler = newcomer.spanOf("camera");
    assert(call !== undefined && handler !== undefined);
    assertEquals(handler.traceId, call.traceId);
    assertEquals(handler.parentSpanId, call.spanId);
  },
);

testWith(
  "all",
  "without a handler, SIGTERM ends the server at once",
  async () => {
    await using newcomer = new Newcomer();
    await newcomer.startCamera((code) => {
      const without = code.replaceAll(/^.*addSignalListener.*\n/gm, "");
      assertEquals(code.split("\n").length - without.split("\n").length, 2);
      return without;
    });
    assertEquals(await newcomer.runShift(), "3 frames\n");
    assertEquals((await newcomer.stopCamera()).signal, "SIGTERM");
    // Whether Deno sends what waits depends on the moment.
    assert(newcomer.spanOf("shift") !== undefined);
  },
);
