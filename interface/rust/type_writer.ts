import { joinCapitalized } from "./names.ts";
import {
  fieldText,
  flatText,
  named,
  type TsField,
  type TsType,
} from "./ts_type.ts";

/** The longest line of `deno fmt`. */
export const WIDTH = 80;

interface Pending {
  readonly name: string;
  /** `<T>`, or nothing. */
  readonly parameters: string;
  readonly doc: string;
  readonly type: TsType;
}

/**
 * Writes declarations of types as `deno fmt` would. What doesn't fit on its line
 * gets a declaration of its own.
 */
export class TypeWriter {
  readonly #taken: () => Iterable<string>;
  readonly #parts = new Set<string>();
  readonly #pending: Pending[] = [];
  readonly #written: string[] = [];

  /** `taken` gives the names that other types have. */
  constructor(taken: () => Iterable<string>) {
    this.#taken = taken;
  }

  /** All declarations so far. */
  get declarations(): readonly string[] {
    return this.#written;
  }

  /** Writes a declaration. */
  declare(
    name: string,
    parameters: readonly string[],
    doc: string,
    type: TsType,
  ): void {
    const list = parameters.length === 0 ? "" : `<${parameters.join(", ")}>`;
    this.#declare({ name, parameters: list, doc, type });
    this.finish();
  }

  /** A type as it is if it fits, else the name of a declaration of its own. */
  fit(type: TsType, length: number, name: string, parameters = ""): TsType {
    const isShort = length + flatText(type).length <= WIDTH;
    if (isShort || !canBreak(type)) return type;
    let free = name;
    const taken = new Set([...this.#taken(), ...this.#parts]);
    while (taken.has(free)) free += "_";
    this.#parts.add(free);
    this.#pending.push({ name: free, parameters, doc: "", type });
    return named(free + parameters);
  }

  /** Writes the declarations of what didn't fit. */
  finish(): void {
    for (
      let next = this.#pending.shift();
      next !== undefined;
      next = this.#pending.shift()
    ) this.#declare(next);
  }

  #declare(declaration: Pending): void {
    const { name, parameters, doc, type } = declaration;
    const lines = docLines(doc);
    if (type.kind === "object" && type.fields.length > 0) {
      lines.push(`export interface ${name}${parameters} {`);
      for (const field of type.fields) {
        const { doc = "" } = field;
        lines.push(...docLines(doc).map((line) => `  ${line}`));
        lines.push(`  ${this.#field(field, declaration)};`);
      }
      lines.push("}");
    } else {
      const head = `export type ${name}${parameters} =`;
      const flat = `${head} ${flatText(type)};`;
      if (flat.length <= WIDTH || !canBreak(type)) lines.push(flat);
      else lines.push(...this.#broken(head, declaration));
    }
    this.#written.push(lines.join("\n") + "\n");
  }

  #field(field: TsField, { name, parameters }: Pending): string {
    const length = fieldText({ ...field, type: named("") }).length + 3;
    const part = name + capitalized(field.name);
    const type = this.fit(field.type, length, part, parameters);
    return fieldText({ ...field, type });
  }

  /** A type that doesn't fit on one line, on several. */
  #broken(head: string, { name, parameters, type }: Pending): string[] {
    const part = (type: TsType, length: number, end: string): string =>
      flatText(this.fit(type, length, name + end, parameters));
    switch (type.kind) {
      case "union":
      case "intersection": {
        const mark = type.kind === "union" ? "|" : "&";
        const members = type.members.map((member, index) => {
          const key = partName(member, type.kind, index);
          const text = part(member, 5, key);
          return `  ${mark} ${text}`;
        });
        return [head, ...members.slice(0, -1), `${members.at(-1)};`];
      }
      case "tuple": {
        const items = type.items.map((item, index) =>
          `  ${part(item, 3, String(index + 1))},`
        );
        return [`${head} [`, ...items, "];"];
      }
      case "array": {
        const item = part(type.item, WIDTH, "Item");
        return [`${head} ${item}[];`];
      }
      case "generic": {
        const args = type.args.map((arg, index) =>
          part(arg, WIDTH, `Value${index === 0 ? "" : index}`)
        );
        return [`${head} ${type.name}<${args.join(", ")}>;`];
      }
      default:
        return [`${head} ${flatText(type)};`];
    }
  }
}

/** Whether a type can stand on several lines. */
function canBreak(type: TsType): boolean {
  return type.kind === "array" ? canBreak(type.item) : type.kind !== "name";
}

function partName(
  member: TsType,
  kind: "union" | "intersection",
  index: number,
): string {
  if (member.kind !== "object") return String(index + 1);
  if (kind === "intersection") return "Fields";
  const [only, ...more] = member.fields;
  return only !== undefined && more.length === 0
    ? capitalized(only.name)
    : String(index + 1);
}

/** Documentation as a comment. */
function docLines(doc: string): string[] {
  const lines = doc.replaceAll("*/", "*\\/").split("\n");
  if (doc === "") return [];
  if (lines.length === 1) return [`/** ${lines[0]} */`];
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}

function capitalized(name: string): string {
  return joinCapitalized(name.split(/\W+|_/));
}
