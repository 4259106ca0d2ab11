/** A place in the source, counted from 1. */
export interface Position {
  /** The line. */
  readonly line: number;
  /** The column. */
  readonly column: number;
}

/** A token of Rust source. Comments are left out, except documentation. */
export interface Token extends Position {
  /**
   * - `word`: an identifier or keyword, without `r#`
   * - `integer`: a literal, without suffix and `_`
   * - `text`: a string, unescaped
   * - `doc`: a line or block of outer documentation
   * - `literal`: any other literal, or a lifetime
   * - `mark`: one character, or `->`, `=>` or `::`
   */
  readonly kind: "word" | "integer" | "text" | "doc" | "literal" | "mark";
  /** What it says. */
  readonly text: string;
}

/** Rust source that can't be read. */
export class RustSyntaxError extends SyntaxError implements Position {
  /** Always `"RustSyntaxError"`. */
  override readonly name: string = "RustSyntaxError";
  /** The line, counted from 1. */
  readonly line: number;
  /** The column, counted from 1. */
  readonly column: number;
  /** What is wrong, without the place. */
  readonly reason: string;

  /** Puts the place in front of the text. */
  constructor({ line, column }: Position, reason: string) {
    super(`${line}:${column}: ${reason}`);
    this.line = line;
    this.column = column;
    this.reason = reason;
  }
}

// They are tried in this order, each where the last token ended.
type Pattern = Token["kind"] | "blank" | "block";
const PATTERNS: readonly [Pattern, RegExp][] = [
  ["blank", /\s+/y],
  // Four slashes or stars are a plain comment, and `//!` documents what it is in.
  ["doc", /\/\/\/(?!\/)[^\n]*/y],
  ["blank", /\/\/[^\n]*/y],
  ["block", /\/\*/y],
  ["text", /[bc]?r#*"/y],
  ["text", /[bc]?"/y],
  ["literal", /b?'(?:[^'\\\n]|\\(?:u\{[^}]*\}|x..|.))'/uy],
  ["literal", /'[A-Za-z_]\w*/y],
  ["word", /(?:r#)?[\p{XID_Start}_]\p{XID_Continue}*/uy],
  [
    "integer",
    /(?:0x[\da-fA-F_]+?|0o[0-7_]+|0b[01_]+|\d[\d_]*)(?:[iu](?:8|16|32|64|128|size))?(?![\w.])/y,
  ],
  ["literal", /\d[\w]*(?:\.\d[\w]*)?/y],
  ["mark", /->|=>|::|[^]/uy],
];

/**
 * Splits Rust source into tokens.
 *
 * @throws {RustSyntaxError} If a comment or a string has no end, or a string has an
 * escape that is no character.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const position = positions(source);
  let index = 0;
  while (index < source.length) {
    const place = position(index);
    const [kind, begin] = match(source, index);
    const text = kind === "text"
      ? source.slice(index, endOfText(source, index, begin, place))
      : begin;
    if (kind === "block") {
      const end = endOfBlock(source, index, place);
      const comment = source.slice(index, end);
      if (/^\/\*\*[^*/]/.test(comment)) {
        tokens.push({ kind: "doc", text: blockDoc(comment), ...place });
      }
      index = end;
      continue;
    }
    index += text.length;
    if (kind !== "blank") {
      tokens.push({ kind, text: clean(kind, text, place), ...place });
    }
  }
  return tokens;
}

function match(
  source: string,
  index: number,
): [Pattern, string] {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = index;
    const found = pattern.exec(source);
    if (found !== null) return [kind, found[0]];
  }
  throw new Error(`Nothing matches at ${index}`);
}

function clean(kind: Token["kind"], text: string, place: Position): string {
  switch (kind) {
    case "doc":
      return text.slice(3);
    case "word":
      return text.replace(/^r#/, "");
    case "integer":
      return text.replace(/[iu](8|16|32|64|128|size)$/, "").replaceAll("_", "");
    case "text":
      return unquote(text, place);
    default:
      return text;
  }
}

function unquote(text: string, place: Position): string {
  const raw = /^[bc]?r(#*)"([^]*)"\1$/.exec(text);
  if (raw !== null) return raw[2]!;
  const inner = text.slice(text.indexOf('"') + 1, -1);
  return inner.replace(
    /\\(?:u\{([\da-fA-F_]+)\}|x([\da-fA-F]{2})|\n\s*|([^]))/g,
    (escape: string, unicode?: string, hex?: string, simple?: string) => {
      const code = unicode?.replaceAll("_", "") ?? hex;
      if (code !== undefined) {
        const point = parseInt(code, 16);
        if (isCharacter(point)) return String.fromCodePoint(point);
        throw new RustSyntaxError(
          place,
          `The string has ${escape} in it, which is no character`,
        );
      }
      return simple === undefined ? "" : ESCAPES[simple] ?? simple;
    },
  );
}

/** Whether Rust has such a character: not above the last one, and no half of a surrogate pair. */
function isCharacter(point: number): boolean {
  return point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "0": "\0",
};

/** The end of a string. Each character is looked at once. */
function endOfText(
  source: string,
  start: number,
  begin: string,
  place: Position,
): number {
  const from = start + begin.length;
  if (begin.includes("r")) {
    const edge = `"${"#".repeat(begin.split("#").length - 1)}`;
    const end = source.indexOf(edge, from);
    if (end >= 0) return end + edge.length;
  } else {
    const edge = /\\[^]|"/g;
    edge.lastIndex = from;
    for (
      let found = edge.exec(source);
      found !== null;
      found = edge.exec(source)
    ) {
      if (found[0] === '"') return edge.lastIndex;
    }
  }
  throw new RustSyntaxError(place, "The string has no end");
}

/** The text of a block of documentation, without the stars before its lines. */
function blockDoc(comment: string): string {
  const [first, ...rest] = comment.slice(3, -2).split("\n");
  const inner = rest.filter((line) => line.trim() !== "");
  if (inner.length === 0 || !inner.every((line) => /^\s*\*/.test(line))) {
    return [first, ...rest].join("\n");
  }
  return [first, ...rest.map((line) => line.replace(/^\s*\*/, ""))].join("\n");
}

/** Block comments can be nested. */
function endOfBlock(source: string, start: number, place: Position): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (
    let found = edge.exec(source);
    found !== null;
    found = edge.exec(source)
  ) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  throw new RustSyntaxError(place, "The comment has no end");
}

/** Gives the places of indices, each of which is larger than the one before. */
function positions(source: string): (index: number) => Position {
  let line = 1;
  let lineStart = 0;
  // Once for each line, as lines may be long.
  let end = source.indexOf("\n");
  return (index) => {
    while (end >= 0 && end < index) {
      line++;
      lineStart = end + 1;
      end = source.indexOf("\n", lineStart);
    }
    return { line, column: index - lineStart + 1 };
  };
}
