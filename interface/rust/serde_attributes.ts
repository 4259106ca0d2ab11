import type { TokenReader } from "./token_reader.ts";
import type { Position } from "./lexer.ts";
import { unindent } from "./token_reader.ts";

/** One word of `#[serde(...)]`, with its value; reading and writing may have one each. */
export interface SerdeWord extends Position {
  /** The word. */
  readonly name: string;
  /** The value behind `=`; that for writing, where reading and writing have one each. */
  readonly value: string | undefined;
  /** Whether reading and writing have a value each. */
  readonly isSplit: boolean;
}

/** The documentation and attributes before an item, a field or a variant. */
export interface RustAttributes {
  readonly doc: string;
  /** Whether serde is derived. */
  readonly derivesSerde: boolean;
  readonly serde: readonly SerdeWord[];
}

/** Reads documentation and the attributes of serde. Other attributes are skipped. */
export function readAttributes(tokens: TokenReader): RustAttributes {
  const docs: string[] = [];
  const serde: SerdeWord[] = [];
  let derivesSerde = false;
  for (;;) {
    const token = tokens.peek();
    if (token?.kind === "doc") {
      docs.push(token.text);
      tokens.skip();
    } else if (tokens.at("#")) {
      tokens.skip();
      // An inner attribute belongs to the file, but is read like the others.
      if (tokens.at("!")) tokens.skip();
      tokens.mark("[");
      readAttribute();
      tokens.mark("]");
    } else return { doc: unindent(docs), derivesSerde, serde };
  }

  function readAttribute(): void {
    const { text } = tokens.take("an attribute", ({ kind }) => kind === "word");
    if (text === "derive") derivesSerde ||= readDerive(tokens);
    else if (text === "serde") serde.push(...readWords(tokens));
    else if (text === "doc" && tokens.at("=")) {
      tokens.skip();
      const next = tokens.peek();
      if (next?.kind === "text") docs.push(next.text);
      skipTo(tokens);
    } else if (text === "cfg_attr" && tokens.at("(")) {
      // A condition, and the attributes that it brings.
      tokens.skip();
      skipTo(tokens, ",");
      while (tokens.at(",")) {
        tokens.skip();
        if (tokens.at(")")) break;
        readAttribute();
      }
      tokens.mark(")");
    } else skipTo(tokens, ",");
  }
}

function readDerive(tokens: TokenReader): boolean {
  let found = false;
  tokens.mark("(");
  while (!tokens.at(")")) {
    const { text } = tokens.take("a derive", () => true);
    found ||= text === "Serialize" || text === "Deserialize";
  }
  tokens.mark(")");
  return found;
}

function readWords(tokens: TokenReader): SerdeWord[] {
  const words: SerdeWord[] = [];
  tokens.mark("(");
  while (!tokens.at(")")) {
    const { line, column } = tokens.place();
    const name = tokens.name();
    let value: string | undefined;
    let isSplit = false;
    if (tokens.at("=")) {
      tokens.skip();
      value = tokens.take("a value", () => true).text;
    } else if (tokens.at("(")) {
      isSplit = true;
      value = readWords(tokens).find(({ name }) => name === "serialize")?.value;
    }
    words.push({ name, value, isSplit, line, column });
    if (tokens.at(",")) tokens.skip();
  }
  tokens.mark(")");
  return words;
}

/** Skips to the end of the brackets, or to a mark outside of inner ones. */
function skipTo(tokens: TokenReader, mark?: string): void {
  let depth = 0;
  for (;;) {
    const { kind, text } = tokens.peek() ??
      tokens.end("the end of an attribute");
    if (kind === "mark") {
      if (depth === 0 && (text === mark || ")]}".includes(text))) return;
      if ("([{".includes(text)) depth++;
      if (")]}".includes(text)) depth--;
    }
    tokens.skip();
  }
}
