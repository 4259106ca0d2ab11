import type { Position } from "./lexer.ts";
import { joinCapitalized } from "./names.ts";
import type { RustProblem } from "./problems.ts";
import { renamed } from "./rename_rules.ts";
import { type OtherTypes, typeOf } from "./rust_type.ts";
import type {
  RustField,
  RustFields,
  RustType,
  RustVariant,
} from "./rust_types.ts";
import type { SerdeWord } from "./serde_attributes.ts";
import { named, quoted, type TsField, type TsType, union } from "./ts_type.ts";

/** Attributes of serde that are handled, or change nothing of what is sent. */
const HARMLESS = new Set(
  ("alias bound borrow crate default deny_unknown_fields expecting flatten other rename rename_all " +
    "rename_all_fields skip skip_serializing skip_deserializing skip_serializing_if tag content untagged " +
    "transparent from try_from into remote").split(" "),
);

/** Turns the types that Rust source declares into TypeScript, and lists those that it can't turn. */
export class DeclaredTypes implements OtherTypes {
  readonly #byName: ReadonlyMap<string, RustType>;
  /** The Rust types that are used, with their names in TypeScript. */
  readonly used: Map<string, string> = new Map();
  /** What can't be turned into TypeScript, and where it is used. */
  readonly problems: RustProblem[] = [];
  /** Where the type stands that is being turned, for `problems`. */
  #place: Position = { line: 1, column: 1 };
  #parameters: readonly string[] = [];

  /** Takes all types of the source. Of several with the same name the first one counts. */
  constructor(types: readonly RustType[]) {
    this.#byName = new Map(types.toReversed().map((type) => [type.name, type]));
  }

  has(name: string): boolean {
    return this.#parameters.includes(name) || this.#byName.has(name);
  }

  get(path: string, args: readonly string[], whole: string): TsType {
    const name = path.split("::").at(-1)!;
    if (this.#parameters.includes(path)) return named(path);
    const declared = this.#byName.get(name);
    if (declared === undefined) {
      if (!this.used.has(whole)) {
        this.#problem(`The type ${whole} isn't known: it is unknown`);
      }
      return named(this.#nameOf(whole));
    }
    const text = this.#nameOf(declared.name);
    const types = declared.parameters.map((parameter, index) => {
      const arg = args[index] ?? parameter.default;
      return arg === undefined ? named("unknown") : typeOf(arg, this);
    });
    return types.length === 0
      ? named(text)
      : { kind: "generic", name: text, args: types };
  }

  /** The TypeScript of a body's type, which stands at that place. */
  bodyType(rust: string, place: Position): TsType {
    this.#place = place;
    this.#parameters = [];
    return typeOf(rust, this);
  }

  /** The declared type of a name in Rust; undefined if it isn't declared. */
  declared(rust: string): RustType | undefined {
    return this.#byName.get(rust);
  }

  /** What a declared type is in TypeScript. */
  contentOf(type: RustType): TsType {
    const { content, serde } = type;
    this.#place = type;
    this.#parameters = type.parameters.map(({ name }) => name);
    this.#check(serde);
    if (content.kind === "alias") return typeOf(content.type, this);
    const other = word(serde, "into") ?? word(serde, "from") ??
      word(serde, "try_from");
    if (other?.value !== undefined) return typeOf(other.value, this);
    if (!type.derivesSerde) {
      this.#problem(`The type ${type.name} doesn't derive serde's traits`);
    }
    return content.kind === "enum"
      ? this.#enum(content.variants, serde)
      : this.#struct(type, content.fields);
  }

  #struct({ name, serde }: RustType, fields: RustFields): TsType {
    const content = this.#fields(fields, {
      rule: word(serde, "rename_all")?.value,
      optional: has(serde, "default"),
      transparent: has(serde, "transparent"),
    });
    const tag = word(serde, "tag")?.value;
    if (tag === undefined || fields.kind !== "named") return content;
    const written = word(serde, "rename")?.value ?? name;
    return joined([{ name: tag, type: literal(written) }], content);
  }

  #enum(
    variants: readonly RustVariant[],
    serde: readonly SerdeWord[],
  ): TsType {
    const members = variants.filter(({ serde }) => !has(serde, "skip"))
      .map((variant) => this.#variant(variant, serde));
    return members.length === 0 ? named("never") : union(...members);
  }

  #variant(variant: RustVariant, container: readonly SerdeWord[]): TsType {
    const { serde, fields } = variant;
    this.#place = variant;
    this.#check(serde);
    const rule = word(container, "rename_all")?.value;
    const key = this.#written(variant, rule, "variant");
    const name = literal(key);
    const content = this.#fields(fields, {
      rule: (word(serde, "rename_all") ?? word(container, "rename_all_fields"))
        ?.value,
      optional: false,
      transparent: false,
    });
    if (has(container, "untagged") || has(serde, "untagged")) return content;
    const isUnit = fields.kind === "unit";
    const tag = word(container, "tag")?.value;
    if (tag === undefined) return isUnit ? name : one(key, content);
    const tagField: TsField = { name: tag, type: name };
    const at = word(container, "content")?.value;
    if (at === undefined) return joined([tagField], content);
    return {
      kind: "object",
      fields: isUnit ? [tagField] : [tagField, { name: at, type: content }],
    };
  }

  #fields(
    content: RustFields,
    options: {
      rule: string | undefined;
      optional: boolean;
      transparent: boolean;
    },
  ): TsType {
    if (content.kind === "unit") return named("null");
    const fields = content.fields.filter(({ serde, type }) =>
      !has(serde, "skip") &&
      !(options.transparent && type.includes("PhantomData"))
    );
    if (content.kind === "tuple") {
      const items = fields.map((field) => this.#fieldType(field));
      // A single field is written as itself; one that is left of several is in a list.
      if (content.fields.length === 1 && items.length === 1) return items[0]!;
      return { kind: "tuple", items };
    }
    if (options.transparent && fields.length === 1) {
      return this.#fieldType(fields[0]!);
    }
    const own: TsField[] = [];
    const flattened: TsType[] = [];
    for (const field of fields) {
      if (has(field.serde, "flatten")) flattened.push(this.#flattened(field));
      else {
        own.push({
          name: this.#written(field, options.rule, "field"),
          type: this.#fieldType(field),
          optional: options.optional ||
            OPTIONAL.some((name) => has(field.serde, name)),
          doc: field.doc,
        });
      }
    }
    return joined(own, ...flattened);
  }

  /** What a field adds to the object that it is in. Nothing is written of a `None`. */
  #flattened(field: RustField): TsType {
    const whole = this.#fieldType({
      ...field,
      type: this.#withoutAliases(field.type),
    });
    const members = whole.kind === "union" ? whole.members : [whole];
    const some = members.filter((member) => !isNull(member));
    const mayMiss = some.length < members.length ||
      LEFT_OUT.some((name) => has(field.serde, name));
    const type = some.length === 0 ? whole : union(...some);
    // The properties of a map may be missing anyway.
    const isMap = type.kind === "generic" && type.name === "Record";
    if (!mayMiss || isNull(type) || isMap) return type;
    this.#problem(
      `All fields of ${field.name} are written, or none: each of them may be missing`,
    );
    if (type.kind !== "object") {
      return { kind: "generic", name: "Partial", args: [type] };
    }
    const fields = type.fields.map((field) => ({ ...field, optional: true }));
    return { kind: "object", fields };
  }

  /** The type that aliases stand for, as one may be of an `Option`. */
  #withoutAliases(type: string): string {
    const seen = new Set<string>();
    for (let at = type; !seen.has(at);) {
      const alias = this.#parameters.includes(at)
        ? undefined
        : this.#byName.get(at);
      if (alias?.content.kind !== "alias" || alias.parameters.length > 0) {
        return at;
      }
      seen.add(at);
      at = alias.content.type;
    }
    return type;
  }

  #fieldType(field: RustField): TsType {
    this.#place = field;
    this.#check(field.serde);
    const isOwn = ["with", "serialize_with", "deserialize_with"].some((name) =>
      has(field.serde, name)
    );
    return isOwn ? named("unknown") : typeOf(field.type, this);
  }

  /** The name of a field or a variant in JSON. */
  #written(
    { name, serde }: RustField | RustVariant,
    rule: string | undefined,
    kind: "field" | "variant",
  ): string {
    const own = word(serde, "rename")?.value;
    if (own !== undefined) return own;
    if (rule === undefined) return name;
    const made = renamed(name, rule, kind);
    if (made === undefined) this.#problem(`There is no rule ${rule} in serde`);
    return made ?? name;
  }

  #check(serde: readonly SerdeWord[]): void {
    for (const { name, isSplit, line, column } of serde) {
      const message = isSplit && name.startsWith("rename")
        ? `serde(${name}) differs by direction: it is what is written`
        : HARMLESS.has(name)
        ? null
        : `serde(${name}) can't be followed`;
      if (message !== null) this.problems.push({ line, column, message });
    }
  }

  #problem(message: string): void {
    const { line, column } = this.#place;
    this.problems.push({ line, column, message });
  }

  /** A name for a type: its last words, or all of them where those are taken. */
  #nameOf(type: string): string {
    const known = this.used.get(type);
    if (known !== undefined) return known;
    const words = type.replace(/'\w+/g, "").match(/[\w:]+/g) ?? ["Type"];
    const short = words.map((word) => word.split("::").at(-1)!);
    // `Record` is what maps become, and `Partial` what may be left out as a whole.
    const taken = new Set(["Partial", "Record", ...this.used.values()]);
    let name = joinCapitalized(short);
    if (taken.has(name)) name = joinCapitalized(type.match(/\w+/g) ?? short);
    while (taken.has(name)) name += "_";
    this.used.set(type, name);
    return name;
  }
}

/** Attributes with which a field isn't always written, or read. */
const LEFT_OUT = [
  "skip_serializing",
  "skip_deserializing",
  "skip_serializing_if",
];

/** Attributes with which a field may be missing. */
const OPTIONAL = ["default", ...LEFT_OUT];

function word(
  serde: readonly SerdeWord[],
  name: string,
): SerdeWord | undefined {
  return serde.find((word) => word.name === name);
}

function has(serde: readonly SerdeWord[], name: string): boolean {
  return word(serde, name) !== undefined;
}

function isNull(type: TsType): boolean {
  return type.kind === "name" && type.text === "null";
}

function literal(text: string): TsType {
  return named(quoted(text));
}

function one(name: string, type: TsType): TsType {
  return { kind: "object", fields: [{ name, type }] };
}

/** An object that has these fields and those of other objects. */
function joined(fields: readonly TsField[], ...others: TsType[]): TsType {
  const members: TsType[] = [];
  const own = [...fields];
  for (const other of others) {
    if (other.kind === "object") own.push(...other.fields);
    else if (!isNull(other)) members.push(other);
  }
  if (own.length > 0 || members.length === 0) {
    members.unshift({ kind: "object", fields: own });
  }
  return members.length === 1 ? members[0]! : { kind: "intersection", members };
}
