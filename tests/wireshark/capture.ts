import { assert } from "@std/assert";
import { deadline } from "@std/async";
import { concat } from "@std/bytes";
import { PERMISSIONS } from "../support/permissions.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";

/** What goes over loopback from or to a port, caught by Wireshark's dumpcap. */
export class Capture implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  /** What it says of itself, packets that it has lost too. */
  readonly #said: Promise<string>;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();

  private constructor(port: number) {
    this.#process = new Deno.Command("dumpcap", {
      // 32 MiB of buffer: what comes while it isn't scheduled must not be lost.
      args: [
        ...["-q", "-i", "lo", "-B", "32"],
        ...["-f", `tcp port ${port}`, "-w", "-"],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#reader = this.#process.stdout.getReader();
    this.#said = new Response(this.#process.stderr).text();
  }

  /**
   * Begins to capture; null where that isn't allowed. The head of the file is
   * written once the socket is open, so from then on nothing is missed.
   */
  static async start(port: number): Promise<Capture | null> {
    const capture = new Capture(port);
    if (await capture.#read()) return capture;
    await capture[Symbol.asyncDispose]();
    return null;
  }

  /** Waits until a text has gone by, ends, and gives the file. */
  async until(text: string): Promise<Uint8Array<ArrayBuffer>> {
    const wanted = new TextEncoder().encode(text);
    const passed = async () => {
      while (!includes(this.#bytes, wanted)) {
        assert(await this.#read(), "the capture has ended by itself");
      }
    };
    const inTime = await deadline(passed(), HANGS_AFTER).then(
      () => true,
      () => false,
    );
    this.#process.kill("SIGINT");
    while (await this.#read());
    assert(inTime, `"${text}" didn't go by. ${await this.#said}`);
    return this.#bytes;
  }

  /** Ends it in any case. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch { /* It has ended by itself. */ }
    await this.#reader.cancel();
    await this.#said;
    await this.#process.status;
  }

  async #read(): Promise<boolean> {
    const { value } = await this.#reader.read();
    if (value !== undefined) this.#bytes = concat([this.#bytes, value]);
    return value !== undefined;
  }
}

function includes(bytes: Uint8Array, wanted: Uint8Array): boolean {
  for (let i = bytes.indexOf(wanted[0]!); i >= 0;) {
    if (wanted.every((byte, j) => bytes[i + j] === byte)) return true;
    i = bytes.indexOf(wanted[0]!, i + 1);
  }
  return false;
}

/** What is missing for a capture on this machine; null if nothing is. */
export async function whyNoCapture(): Promise<string | null> {
  // Nothing is started where the tests are ignored for a permission anyway.
  if (!PERMISSIONS.run.granted) return PERMISSIONS.run.flag;
  if (!PERMISSIONS.unix.granted) return PERMISSIONS.unix.flag;
  for (const command of ["tshark", "dumpcap"]) {
    try {
      await new Deno.Command(command, { args: ["--version"] }).output();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return command;
      throw error;
    }
  }
  await using capture = await Capture.start(9);
  return capture === null ? "the right to capture on lo, as root has it" : null;
}
