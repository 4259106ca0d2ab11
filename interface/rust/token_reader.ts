import { type Position, RustSyntaxError, type Token } from "./lexer.ts";

const OPENING = new Set(["(", "[", "{", "<"]);
const CLOSING = new Set([")", "]", "}", ">"]);

/** Marks that end a type: it has none of them outside of brackets. */
const ENDS = new Set([",", "->", "{", "}", ";", "="]);

/** As deep as rustc goes (`recursion_limit`). */
const MAX_DEPTH = 128;

/** Reads the tokens of Rust source one after the other. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #index: number;

  /** Begins at a token. */
  constructor(tokens: readonly Token[], index: number) {
    this.#tokens = tokens;
    this.#index = index;
  }

  /** Goes on to the next token. */
  skip(): void {
    this.#index++;
  }

  /** The index of the next token. */
  get index(): number {
    return this.#index;
  }

  /** Reads a type: everything up to a mark that ends it. */
  type(): string {
    let text = "";
    let depth = 0;
    let last: Token | undefined;
    for (;;) {
      const token = this.peek() ?? this.end("a type");
      const isMark = token.kind === "mark";
      if (depth === 0 && isEnd(token)) break;
      if (isMark && OPENING.has(token.text)) depth++;
      if (isMark && CLOSING.has(token.text)) depth--;
      if (depth > MAX_DEPTH) {
        throw new RustSyntaxError(
          token,
          `A type has more than ${MAX_DEPTH} brackets in one another`,
        );
      }
      if (depth < 0) break;
      text += gap(last, token) + token.text;
      last = token;
      this.#index++;
    }
    if (last === undefined) {
      throw new RustSyntaxError(this.place(), "A type is missing");
    }
    return text;
  }

  /** Skips a visibility, if there is one. */
  visibility(): void {
    if (this.peek()?.text !== "pub") return;
    this.#index++;
    if (!this.at("(")) return;
    while (!this.at(")")) this.take("a visibility", () => true);
    this.mark(")");
  }

  /** Takes a name. */
  name(): string {
    return this.take("a name", ({ kind }) => kind === "word").text;
  }

  /** Takes a word. */
  word(text: string): Token {
    return this.take(
      `"${text}"`,
      (token) => token.kind === "word" && token.text === text,
    );
  }

  /** Takes a mark. */
  mark(text: string): void {
    this.take(
      `"${text}"`,
      (token) => token.kind === "mark" && token.text === text,
    );
  }

  /** Whether a mark is next. */
  at(mark: string): boolean {
    const token = this.peek();
    return token?.kind === "mark" && token.text === mark;
  }

  /** The next token, which isn't taken. */
  peek(): Token | undefined {
    return this.#tokens[this.#index];
  }

  /** Takes a token that fits. */
  take(what: string, fits: (token: Token) => boolean): Token {
    const token = this.peek() ?? this.end(what);
    if (!fits(token)) {
      throw new RustSyntaxError(token, `Expected ${what}, got ${token.text}`);
    }
    this.#index++;
    return token;
  }

  /** Throws the error of source that ends too early. */
  end(what: string): never {
    throw new RustSyntaxError(this.place(), `Expected ${what}, got the end`);
  }

  /** Where the next token is. */
  place(): Position {
    return this.peek() ?? this.#tokens.at(-1) ?? { line: 1, column: 1 };
  }
}

function isEnd({ kind, text }: Token): boolean {
  return (kind === "mark" && ENDS.has(text)) ||
    (kind === "word" && text === "where");
}

/** The space between two tokens of a type, as rustfmt would have it. */
function gap(last: Token | undefined, next: Token): string {
  if (last === undefined) return "";
  if (last.text === "," || last.text === ";" || last.text === "->") return " ";
  if (next.text === "->" || next.text === "=" || last.text === "=") return " ";
  if (last.text === "+" || next.text === "+") return " ";
  return last.kind !== "mark" && next.kind !== "mark" ? " " : "";
}

/** Lines of documentation without the indent that they share. */
export function unindent(docs: readonly string[]): string {
  const lines = docs.join("\n").split("\n").map((line) => line.trimEnd());
  const indents = lines.filter((line) => line !== "")
    .map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent)).join("\n").trim();
}
