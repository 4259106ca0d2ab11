import { write as fsWrite } from "node:fs";
import process from "node:process";
import { deno } from "../../internal/runtime/deno.ts";

/** The stdout of this process. */
export class Stdout {
  readonly #onBroken: (error: unknown) => never;

  /**
   * Takes it over.
   *
   * @param onBroken Ends the process, as nothing can be written any more.
   */
  constructor(onBroken: (error: unknown) => never) {
    this.#onBroken = onBroken;
    process.stdout.on("error", onBroken);
  }

  /** Writes text behind what was put before. */
  put(text: string, onWritten?: () => void): void {
    // Deno throws some errors at once, and calls back for no later write then.
    try {
      process.stdout.write(text, (error) => {
        if (error) this.#onBroken(error);
        onWritten?.();
      });
    } catch (error) {
      this.#onBroken(error);
    }
  }

  /** Resolves when all that was put is written. */
  flush(): Promise<void> {
    return new Promise((resolve) => this.put("", resolve));
  }

  /** Writes on a thread: `process.stdout` and, in Deno, `fs.write` block this one. */
  async write(text: string): Promise<void> {
    const write = deno === undefined
      ? writeInNode
      : (bytes: Uint8Array) => Deno.stdout.write(bytes);
    try {
      for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
        rest = rest.subarray(await write(rest));
      }
    } catch (error) {
      this.#onBroken(error);
    }
  }
}

function writeInNode(bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) =>
    fsWrite(process.stdout.fd, bytes, (error, written) => {
      if (error === null) resolve(written);
      else reject(error);
    })
  );
}
