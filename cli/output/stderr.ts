import process from "node:process";

/**
 * The stderr of this process. Where it can't be written, there is nowhere to say so: the
 * command goes on, and its exit code still tells how it ends.
 */
export class Stderr {
  #isBroken = false;

  /** Takes it over. */
  constructor() {
    process.stderr.on("error", () => this.#isBroken = true);
  }

  /** Writes text, if that can be written. */
  put(text: string): void {
    if (this.#isBroken) return;
    // Deno throws some errors at once, and would keep all later text then.
    try {
      process.stderr.write(text);
    } catch {
      this.#isBroken = true;
    }
  }
}
