import { RustSyntaxError, type Token } from "./lexer.ts";
import type { RustProblem } from "./problems.ts";
import type {
  RustField,
  RustFields,
  RustParameter,
  RustType,
  RustVariant,
} from "./rust_types.ts";
import { readAttributes, type RustAttributes } from "./serde_attributes.ts";
import { TokenReader } from "./token_reader.ts";

const NO_ATTRIBUTES: RustAttributes = {
  doc: "",
  derivesSerde: false,
  serde: [],
};

/** The types of a file, and those that can't be read. */
export interface RustTypes {
  readonly types: readonly RustType[];
  readonly problems: readonly RustProblem[];
}

/**
 * Reads the structs, enums and aliases of a file and its modules; those within
 * functions, `impl`s and macros are left out.
 */
export function readTypes(tokens: readonly Token[]): RustTypes {
  const reader = new TokenReader(tokens, 0);
  const types: RustType[] = [];
  const problems: RustProblem[] = [];
  let attributes = NO_ATTRIBUTES;
  while (reader.peek() !== undefined) {
    const start = reader.index;
    try {
      attributes = readOne(reader, attributes, types);
    } catch (error) {
      if (!(error instanceof RustSyntaxError)) throw error;
      const { line, column, reason } = error;
      const message = `A type can't be read: ${reason}`;
      problems.push({ line, column, message });
      attributes = NO_ATTRIBUTES;
      if (reader.index === start) reader.skip();
    }
  }
  return { types, problems };
}

/** Reads a token, or as many as belong together; gives the attributes of what follows. */
function readOne(
  reader: TokenReader,
  attributes: RustAttributes,
  types: RustType[],
): RustAttributes {
  const token = reader.peek()!;
  if (token.kind === "doc" || reader.at("#")) return readAttributes(reader);
  if (reader.at("{")) skipGroup(reader);
  else if (token.kind !== "word") reader.skip();
  else if (token.text === "pub") {
    reader.visibility();
    return attributes;
  } else if (TYPE_KEYWORDS.has(token.text)) {
    types.push(readType(reader, token.text, attributes));
  } else {
    reader.skip();
    if (token.text !== "mod") return NO_ATTRIBUTES;
    reader.name();
    // The types within a module are read too.
    if (reader.at("{")) reader.skip();
  }
  return NO_ATTRIBUTES;
}

const TYPE_KEYWORDS = new Set(["struct", "enum", "type"]);

function readType(
  tokens: TokenReader,
  keyword: string,
  { doc, derivesSerde, serde }: RustAttributes,
): RustType {
  tokens.skip();
  const { line, column } = tokens.place();
  const name = tokens.name();
  const parameters = readParameters(tokens);
  return {
    name,
    doc,
    parameters,
    derivesSerde,
    serde,
    line,
    column,
    content: readContent(tokens, keyword),
  };
}

function readContent(
  tokens: TokenReader,
  keyword: string,
): RustType["content"] {
  if (keyword === "type") {
    skipWhere(tokens, "=");
    tokens.mark("=");
    const type = tokens.type();
    skipWhere(tokens);
    tokens.mark(";");
    return { kind: "alias", type };
  }
  skipWhere(tokens);
  if (keyword === "enum") {
    return { kind: "enum", variants: readVariants(tokens) };
  }
  const fields = readFields(tokens);
  skipWhere(tokens);
  if (fields.kind !== "named") tokens.mark(";");
  return { kind: "struct", fields };
}

/** The type parameters, without lifetimes and constants. */
function readParameters(tokens: TokenReader): RustParameter[] {
  const parameters: RustParameter[] = [];
  if (!tokens.at("<")) return parameters;
  tokens.skip();
  while (!tokens.at(">")) {
    const { kind, text } = tokens.peek() ?? tokens.end("a type parameter");
    skipBounds(tokens);
    let otherwise: string | undefined;
    if (tokens.at("=")) {
      tokens.skip();
      // The value of a constant can be a block.
      if (tokens.at("{")) skipGroup(tokens);
      else otherwise = tokens.type();
    }
    if (kind === "word" && text !== "const") {
      parameters.push({ name: text, default: otherwise });
    }
    if (tokens.at(",")) tokens.skip();
  }
  tokens.mark(">");
  return parameters;
}

/** Skips a parameter and its bounds, to its default or its end. */
function skipBounds(tokens: TokenReader): void {
  skipTo(tokens, "a type parameter", [",", ">", "="]);
}

/** Skips types and bounds to one of these marks outside of brackets. */
function skipTo(
  tokens: TokenReader,
  what: string,
  ends: readonly string[],
): void {
  let depth = 0;
  for (;;) {
    const { kind, text } = tokens.peek() ?? tokens.end(what);
    if (kind !== "mark") tokens.skip();
    else if (depth === 0 && ends.includes(text)) return;
    else if (text === "{") skipGroup(tokens);
    else {
      if ("<([".includes(text)) depth++;
      if (">)]".includes(text)) depth--;
      tokens.skip();
    }
  }
}

function readVariants(tokens: TokenReader): RustVariant[] {
  const variants: RustVariant[] = [];
  tokens.mark("{");
  while (!tokens.at("}")) {
    const { serde } = readAttributes(tokens);
    const { line, column } = tokens.place();
    const name = tokens.name();
    const fields = readFields(tokens);
    // Serde doesn't use it.
    if (tokens.at("=")) skipDiscriminant(tokens);
    variants.push({ name, serde, fields, line, column });
    if (!tokens.at("}")) tokens.mark(",");
  }
  tokens.mark("}");
  return variants;
}

function skipDiscriminant(tokens: TokenReader): void {
  while (!tokens.at(",") && !tokens.at("}")) {
    const isPath = tokens.at("::");
    if (OPENING.some((mark) => tokens.at(mark))) skipGroup(tokens);
    else tokens.take("a discriminant", () => true);
    // Elsewhere `<` compares, or shifts.
    if (!isPath || !tokens.at("<")) continue;
    tokens.skip();
    skipTo(tokens, "a discriminant", [">"]);
    tokens.skip();
  }
}

function readFields(tokens: TokenReader): RustFields {
  if (tokens.at("{")) {
    return { kind: "named", fields: readList(tokens, "{", "}", true) };
  }
  if (!tokens.at("(")) return { kind: "unit" };
  return { kind: "tuple", fields: readList(tokens, "(", ")", false) };
}

function readList(
  tokens: TokenReader,
  open: string,
  close: string,
  isNamed: boolean,
): RustField[] {
  const fields: RustField[] = [];
  tokens.mark(open);
  while (!tokens.at(close)) {
    const { doc, serde } = readAttributes(tokens);
    tokens.visibility();
    const { line, column } = tokens.place();
    const name = isNamed ? tokens.name() : String(fields.length);
    if (isNamed) tokens.mark(":");
    fields.push({ name, doc, serde, line, column, type: tokens.type() });
    if (!tokens.at(close)) tokens.mark(",");
  }
  tokens.mark(close);
  return fields;
}

/** Skips a `where` to what follows it, which is `=` in an alias only. */
function skipWhere(tokens: TokenReader, end = ";"): void {
  const token = tokens.peek();
  if (token?.kind !== "word" || token.text !== "where") return;
  skipTo(tokens, "a bound", ["{", ";", end]);
}

const OPENING = ["(", "[", "{"];
const CLOSING = [")", "]", "}"];

/** Skips brackets and what is in them. */
function skipGroup(tokens: TokenReader): void {
  let depth = 0;
  do {
    if (OPENING.some((mark) => tokens.at(mark))) depth++;
    if (CLOSING.some((mark) => tokens.at(mark))) depth--;
    tokens.skip();
  } while (depth > 0 && tokens.peek() !== undefined);
}
