import { type Position, RustSyntaxError, type Token } from "./lexer.ts";

/** What is declared with documentation, an id and a name. */
export interface RustItem extends Position {
  readonly id: number;
  readonly name: string;
  readonly doc: string;
  readonly hidden: boolean;
}

/** An update or a stream; the type as Rust source. */
export interface RustMessage extends RustItem {
  readonly type: string;
}

/** A service; the types as Rust source. */
export interface RustService extends RustItem {
  readonly requestType: string;
  readonly responseType: string;
  readonly requestUpdates: readonly RustMessage[];
  readonly responseUpdates: readonly RustMessage[];
}

/** What stands in an `interface!`. */
export interface RustInterface extends Position {
  readonly name: string;
  readonly doc: string;
  readonly hidden: boolean;
  readonly services: readonly RustService[];
  readonly streams: readonly RustMessage[];
}

interface Attributes {
  readonly doc: string;
  readonly hidden: boolean;
}

const OPENING = new Set(["(", "[", "{", "<"]);
const CLOSING = new Set([")", "]", "}", ">"]);

/** As deep as rustc goes (`recursion_limit`). */
const MAX_DEPTH = 128;

/** Reads the inside of an `interface!`. */
export class Parser {
  readonly #tokens: readonly Token[];
  #index: number;

  /** Begins at a token, which is the first one inside. */
  constructor(tokens: readonly Token[], index: number) {
    this.#tokens = tokens;
    this.#index = index;
  }

  /**
   * Reads one interface.
   *
   * @throws {RustSyntaxError} If it is none.
   */
  parse(): RustInterface {
    const attributes = this.#attributes();
    this.#visibility();
    const { line, column } = this.#word("interface");
    const name = this.#name();
    this.#mark("{");
    const services: RustService[] = [];
    const streams: RustMessage[] = [];
    while (!this.#at("}")) {
      const inner = this.#attributes();
      if (this.#peek()?.text === "service") services.push(this.#service(inner));
      else {
        streams.push(this.#message("stream", inner));
        this.#mark(",");
      }
    }
    this.#mark("}");
    return { ...attributes, name, line, column, services, streams };
  }

  #service(attributes: Attributes): RustService {
    const item = this.#item("service", attributes);
    const requestType = this.#type();
    this.#mark("->");
    const responseType = this.#type();
    const requestUpdates: RustMessage[] = [];
    const responseUpdates: RustMessage[] = [];
    if (this.#at("{")) {
      this.#mark("{");
      while (!this.#at("}")) {
        const inner = this.#attributes();
        if (this.#peek()?.text === "request_update") {
          requestUpdates.push(this.#message("request_update", inner));
        } else responseUpdates.push(this.#message("response_update", inner));
        if (!this.#at("}")) this.#mark(",");
      }
      this.#mark("}");
      if (this.#at(",")) this.#mark(",");
    } else this.#mark(",");
    return {
      ...item,
      requestType,
      responseType,
      requestUpdates,
      responseUpdates,
    };
  }

  #message(keyword: string, attributes: Attributes): RustMessage {
    return { ...this.#item(keyword, attributes), type: this.#type() };
  }

  #item(keyword: string, attributes: Attributes): RustItem {
    const { line, column } = this.#word(keyword);
    const negative = this.#at("-");
    if (negative) this.#mark("-");
    const { text } = this.#take("an id", (token) => token.kind === "integer");
    const id = (negative ? -1 : 1) * Number(text);
    const name = this.#name();
    this.#mark(":");
    return { ...attributes, id, name, line, column };
  }

  /** A type: everything up to a mark that no type has outside of brackets. */
  #type(): string {
    let text = "";
    let depth = 0;
    let last: Token | undefined;
    for (;;) {
      const token = this.#peek() ?? this.#end("a type");
      const isMark = token.kind === "mark";
      if (isMark && depth === 0 && [",", "->", "{", "}"].includes(token.text)) {
        break;
      }
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
      throw new RustSyntaxError(this.#place(), "A type is missing");
    }
    return text;
  }

  #attributes(): Attributes {
    const docs: string[] = [];
    let hidden = false;
    for (;;) {
      const token = this.#peek();
      if (token?.kind === "doc") {
        docs.push(token.text);
        this.#index++;
      } else if (this.#at("#")) {
        this.#mark("#");
        this.#mark("[");
        const name = this.#take("an attribute", ({ kind }) => kind === "word");
        if (name.text === "hidden") hidden = true;
        else if (name.text === "doc") {
          this.#mark("=");
          docs.push(this.#take("a string", ({ kind }) => kind === "text").text);
        } else {throw new RustSyntaxError(
            name,
            `Unknown attribute ${name.text}`,
          );}
        this.#mark("]");
      } else return { doc: unindent(docs), hidden };
    }
  }

  #visibility(): void {
    if (this.#peek()?.text !== "pub") return;
    this.#index++;
    if (!this.#at("(")) return;
    while (!this.#at(")")) this.#take("a visibility", () => true);
    this.#mark(")");
  }

  #name(): string {
    return this.#take("a name", ({ kind }) => kind === "word").text;
  }

  #word(text: string): Token {
    return this.#take(
      `"${text}"`,
      (token) => token.kind === "word" && token.text === text,
    );
  }

  #mark(text: string): void {
    this.#take(
      `"${text}"`,
      (token) => token.kind === "mark" && token.text === text,
    );
  }

  #at(mark: string): boolean {
    const token = this.#peek();
    return token?.kind === "mark" && token.text === mark;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#index];
  }

  #take(what: string, fits: (token: Token) => boolean): Token {
    const token = this.#peek() ?? this.#end(what);
    if (!fits(token)) {
      throw new RustSyntaxError(token, `Expected ${what}, got ${token.text}`);
    }
    this.#index++;
    return token;
  }

  #end(what: string): never {
    throw new RustSyntaxError(this.#place(), `Expected ${what}, got the end`);
  }

  #place(): Position {
    return this.#peek() ?? this.#tokens.at(-1) ?? { line: 1, column: 1 };
  }
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
function unindent(docs: readonly string[]): string {
  const lines = docs.join("\n").split("\n").map((line) => line.trimEnd());
  const indents = lines.filter((line) => line !== "")
    .map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent)).join("\n").trim();
}
