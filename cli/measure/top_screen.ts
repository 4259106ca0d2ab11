import type { Terminal } from "../terminal.ts";

/** Another screen of the terminal, without a cursor; the lines before it come back. */
const OPEN = "\x1b[?1049h\x1b[?25l";
const CLOSE = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const CLEAR_REST = "\x1b[J";

/** A page that takes the whole terminal until it is disposed. */
export class TopScreen implements Disposable {
  readonly #terminal: Terminal;

  /** Opens it. */
  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    terminal.write(OPEN);
  }

  /** Shows these lines in the place of those before, without flickering. */
  show(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}${CLEAR_LINE}`).join("\r\n");
    this.#terminal.write(`${HOME}${text}${CLEAR_REST}`);
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.#terminal.write(CLOSE);
  }
}
