import { type Position, RustSyntaxError, type Token } from "./lexer.ts";
import { TokenReader, unindent } from "./token_reader.ts";

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

/** The content of an `interface!`. */
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

/** Reads the inside of an `interface!`. */
export class InterfaceParser {
  readonly #tokens: TokenReader;

  /** Begins at a token, which is the first one inside. */
  constructor(tokens: readonly Token[], index: number) {
    this.#tokens = new TokenReader(tokens, index);
  }

  /**
   * Reads one interface.
   *
   * @throws {RustSyntaxError} If it is none.
   */
  parse(): RustInterface {
    const attributes = this.#attributes();
    this.#tokens.visibility();
    const { line, column } = this.#tokens.word("interface");
    const name = this.#tokens.name();
    this.#tokens.mark("{");
    const services: RustService[] = [];
    const streams: RustMessage[] = [];
    while (!this.#tokens.at("}")) {
      const inner = this.#attributes();
      if (this.#tokens.peek()?.text === "service") {
        services.push(this.#service(inner));
      } else {
        streams.push(this.#message("stream", inner));
        this.#tokens.mark(",");
      }
    }
    this.#tokens.mark("}");
    return { ...attributes, name, line, column, services, streams };
  }

  #service(attributes: Attributes): RustService {
    const item = this.#item("service", attributes);
    const requestType = this.#tokens.type();
    this.#tokens.mark("->");
    const responseType = this.#tokens.type();
    const requestUpdates: RustMessage[] = [];
    const responseUpdates: RustMessage[] = [];
    if (this.#tokens.at("{")) {
      this.#tokens.mark("{");
      while (!this.#tokens.at("}")) {
        const inner = this.#attributes();
        if (this.#tokens.peek()?.text === "request_update") {
          requestUpdates.push(this.#message("request_update", inner));
        } else responseUpdates.push(this.#message("response_update", inner));
        if (!this.#tokens.at("}")) this.#tokens.mark(",");
      }
      this.#tokens.mark("}");
      if (this.#tokens.at(",")) this.#tokens.mark(",");
    } else this.#tokens.mark(",");
    return {
      ...item,
      requestType,
      responseType,
      requestUpdates,
      responseUpdates,
    };
  }

  #message(keyword: string, attributes: Attributes): RustMessage {
    return { ...this.#item(keyword, attributes), type: this.#tokens.type() };
  }

  #item(keyword: string, attributes: Attributes): RustItem {
    const { line, column } = this.#tokens.word(keyword);
    const negative = this.#tokens.at("-");
    if (negative) this.#tokens.mark("-");
    const { text } = this.#tokens.take(
      "an id",
      (token) => token.kind === "integer",
    );
    const id = (negative ? -1 : 1) * Number(text);
    const name = this.#tokens.name();
    this.#tokens.mark(":");
    return { ...attributes, id, name, line, column };
  }

  #attributes(): Attributes {
    const docs: string[] = [];
    let hidden = false;
    for (;;) {
      const token = this.#tokens.peek();
      if (token?.kind === "doc") {
        docs.push(token.text);
        this.#tokens.skip();
      } else if (this.#tokens.at("#")) {
        this.#tokens.mark("#");
        this.#tokens.mark("[");
        const name = this.#tokens.take(
          "an attribute",
          ({ kind }) => kind === "word",
        );
        if (name.text === "hidden") hidden = true;
        else if (name.text === "doc") {
          this.#tokens.mark("=");
          docs.push(
            this.#tokens.take("a string", ({ kind }) => kind === "text").text,
          );
        } else {throw new RustSyntaxError(
            name,
            `Unknown attribute ${name.text}`,
          );}
        this.#tokens.mark("]");
      } else return { doc: unindent(docs), hidden };
    }
  }
}
