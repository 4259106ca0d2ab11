/** A longer line is given in pieces of this length: a program may never end one. */
const LONGEST_LINE = 64 * 1024;

/** Cuts the output of a program into lines, which end with LF, CR, or both. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #rest = "";
  #afterCr = false;

  /** Nothing has come yet. */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes what has come. */
  push(text: string): void {
    if (text === "") return;
    const isRestOfEnd = this.#afterCr && text.startsWith("\n");
    this.#afterCr = text.endsWith("\r");
    const lines = (isRestOfEnd ? text.slice(1) : text).split(/\r\n|\n|\r/);
    const last = lines.pop()!;
    for (const line of lines) this.#give(line);
    this.#rest += last;
    while (this.#rest.length >= LONGEST_LINE) {
      const piece = this.#rest.slice(0, LONGEST_LINE);
      this.#rest = this.#rest.slice(LONGEST_LINE);
      this.#onLine(piece);
    }
  }

  /** No more comes. */
  end(): void {
    if (this.#rest !== "") this.#give("");
  }

  #give(line: string): void {
    let whole = this.#rest + line;
    this.#rest = "";
    for (; whole.length > LONGEST_LINE; whole = whole.slice(LONGEST_LINE)) {
      this.#onLine(whole.slice(0, LONGEST_LINE));
    }
    this.#onLine(whole);
  }
}
