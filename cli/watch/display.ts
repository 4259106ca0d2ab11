import type { CliIo } from "../cli_io.ts";

/** How much text may wait for stdout, in characters. */
const MAX_WAITING = 1024 * 1024;

/**
 * Writes lines without ever holding up who gives them: where stdout is too slow, lines
 * are left out, and in their place a line tells how many.
 */
export class Display {
  readonly #write: (text: string) => Promise<void>;
  readonly #leftOutLine: (count: number) => string;
  readonly #maxWaiting: number;
  #waiting: string[] = [];
  #waitingLength = 0;
  #leftOutNow = 0;
  #running: Promise<void> | null = null;
  /** How many lines were left out. */
  leftOut = 0;

  /**
   * Writes to stdout.
   *
   * @param leftOutLine The line that tells how many were left out.
   */
  constructor(
    io: CliIo,
    leftOutLine: (count: number) => string,
    maxWaiting = MAX_WAITING,
  ) {
    this.#write = io.write === undefined
      ? (text) => Promise.resolve(io.out(text.trimEnd()))
      : (text) => io.write!(text);
    this.#leftOutLine = leftOutLine;
    this.#maxWaiting = maxWaiting;
  }

  /** Takes a line, which is only made if there is room for it. */
  add(line: () => string): void {
    if (this.#waitingLength >= this.#maxWaiting) {
      this.#leftOutNow++;
      this.leftOut++;
      return;
    }
    if (this.#leftOutNow > 0) {
      this.#push(this.#leftOutLine(this.#leftOutNow));
      this.#leftOutNow = 0;
    }
    this.#push(line());
  }

  /** Resolves when there is room. */
  async room(): Promise<void> {
    if (this.#waitingLength >= this.#maxWaiting) await this.#running;
  }

  /** Resolves when all that was taken is written. */
  async flush(): Promise<void> {
    if (this.#leftOutNow > 0) {
      this.#push(this.#leftOutLine(this.#leftOutNow));
      this.#leftOutNow = 0;
    }
    await this.#running;
  }

  #push(line: string): void {
    this.#waiting.push(line);
    this.#waitingLength += line.length + 1;
    this.#running ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // What comes in this turn of the event loop goes out together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      const text = `${lines.join("\n")}\n`;
      await this.#write(text);
      this.#waitingLength -= text.length;
    }
    this.#running = null;
  }
}
