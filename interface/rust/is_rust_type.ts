import { KEYWORDS } from "./names.ts";

/** Whether a name can be written as a type in Rust. The title of a schema can be any text. */
export function isRustType(name: string): boolean {
  const tokens: string[] = [];
  const pattern = /\s*(?:(->|::|[<>()[\],;=&*+-])|('?\w+))/y;
  for (let at = 0; at < name.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const found = pattern.exec(name);
    if (found === null) return false;
    tokens.push(found[1] ?? found[2]!);
  }
  return new TypeGrammar(tokens).isWhole();
}

/** As deep as the reader goes. */
const MAX_DEPTH = 128;

/** Traits whose arguments are in parentheses. */
const FUNCTIONS = new Set(["Fn", "FnMut", "FnOnce"]);

const INTEGER =
  /^(?:0[box][\da-fA-F_]+|\d[\d_]*)(?:[iu](?:8|16|32|64|128|size))?$/;

/** The grammar of Rust's types. Each method takes its part, and tells whether it's there. */
class TypeGrammar {
  readonly #tokens: readonly string[];
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  isWhole(): boolean {
    return this.#type() && this.#index === this.#tokens.length;
  }

  #type(): boolean {
    if (this.#depth === MAX_DEPTH) return false;
    this.#depth++;
    const isType = this.#anyType();
    this.#depth--;
    return isType;
  }

  #anyType(): boolean {
    if (this.#take("&")) {
      this.#lifetime();
      this.#take("mut");
      return this.#type();
    }
    if (this.#take("*")) {
      return (this.#take("const") || this.#take("mut")) && this.#type();
    }
    if (this.#take("[")) {
      if (!this.#type()) return false;
      return (!this.#take(";") || this.#length()) && this.#take("]");
    }
    if (this.#take("(")) return this.#list(")", () => this.#type());
    if (this.#take("dyn") || this.#take("impl")) return this.#bounds();
    if (this.#take("fn")) return this.#function();
    return this.#path();
  }

  /** The length of an array: integers and constants, and what is calculated of them. */
  #length(): boolean {
    do {
      if (!this.#integer() && !this.#path()) return false;
    } while (["+", "-", "*"].some((mark) => this.#take(mark)));
    return true;
  }

  #bounds(): boolean {
    do {
      if (this.#lifetime()) continue;
      if (this.#take("for")) {
        const isBinder = this.#take("<") &&
          this.#list(">", () => this.#lifetime());
        if (!isBinder) return false;
      }
      if (!this.#path()) return false;
    } while (this.#take("+"));
    return true;
  }

  /** The arguments of a function, and what it returns. */
  #function(): boolean {
    if (!this.#take("(") || !this.#list(")", () => this.#type())) return false;
    return !this.#take("->") || this.#type();
  }

  #path(): boolean {
    const isQualified = this.#take("<");
    if (isQualified) {
      if (!this.#type()) return false;
      if (this.#take("as") && !this.#path()) return false;
      if (!this.#take(">") || !this.#take("::")) return false;
    } else if (!this.#take("::")) {
      const isModule = ["crate", "self", "super"].some((at) => this.#take(at));
      if (isModule && !this.#take("::")) return false;
    }
    do {
      if (!this.#segment()) return false;
    } while (this.#take("::"));
    return true;
  }

  #segment(): boolean {
    if (this.#take("super")) return this.#peek() === "::";
    const name = this.#peek();
    if (name === undefined || !isName(name)) return false;
    this.#index++;
    if (FUNCTIONS.has(name) && this.#peek() === "(") return this.#function();
    if (this.#peek() === "::" && this.#peek(1) === "<") this.#index++;
    return !this.#take("<") || this.#list(">", () => this.#argument());
  }

  #argument(): boolean {
    if (this.#lifetime() || this.#integer()) return true;
    if (this.#take("true") || this.#take("false")) return true;
    if (this.#take("-")) return this.#integer();
    if (this.#peek(1) === "=" && isName(this.#peek()!)) this.#index += 2;
    return this.#type();
  }

  /** Items up to the mark that ends the list, with a comma behind each but the last. */
  #list(end: string, item: () => boolean): boolean {
    while (!this.#take(end)) {
      if (!item()) return false;
      if (!this.#take(",")) return this.#take(end);
    }
    return true;
  }

  #lifetime(): boolean {
    return this.#takeIf((token) => /^'[A-Za-z_]/.test(token));
  }

  #integer(): boolean {
    return this.#takeIf((token) => INTEGER.test(token));
  }

  #take(text: string): boolean {
    return this.#takeIf((token) => token === text);
  }

  #takeIf(fits: (token: string) => boolean): boolean {
    const token = this.#peek();
    if (token === undefined || !fits(token)) return false;
    this.#index++;
    return true;
  }

  #peek(ahead = 0): string | undefined {
    return this.#tokens[this.#index + ahead];
  }
}

function isName(word: string): boolean {
  return /^[A-Za-z_]\w*$/.test(word) && word !== "_" && !KEYWORDS.has(word);
}
