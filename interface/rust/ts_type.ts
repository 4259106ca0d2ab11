/** A type of TypeScript, of the kinds that serde's JSON needs. */
export type TsType =
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "array"; readonly item: TsType }
  | { readonly kind: "tuple"; readonly items: readonly TsType[] }
  | {
    readonly kind: "generic";
    readonly name: string;
    readonly args: readonly TsType[];
  }
  | { readonly kind: "object"; readonly fields: readonly TsField[] }
  | { readonly kind: "union"; readonly members: readonly TsType[] }
  | { readonly kind: "intersection"; readonly members: readonly TsType[] };

/** A property of an object. */
export interface TsField {
  readonly name: string;
  readonly type: TsType;
  readonly optional?: boolean;
  readonly doc?: string;
}

/** A type that is written as a name. */
export function named(text: string): TsType {
  return { kind: "name", text };
}

/** A union. Each member is in it once. */
export function union(...members: readonly TsType[]): TsType {
  const flat = members.flatMap((member) =>
    member.kind === "union" ? member.members : [member]
  );
  const byText = new Map(flat.map((member) => [flatText(member), member]));
  const [only, ...rest] = byText.values();
  return rest.length === 0
    ? only!
    : { kind: "union", members: [...byText.values()] };
}

/** A string as `deno fmt` writes it: in those quotes of which fewer have to be escaped. */
export function quoted(text: string): string {
  const double = JSON.stringify(text);
  const count = (mark: string): number => text.split(mark).length - 1;
  if (count('"') <= count("'")) return double;
  const inner = double.slice(1, -1).replaceAll('\\"', '"').replaceAll(
    "'",
    "\\'",
  );
  return `'${inner}'`;
}

/** The name of a property as it is written. */
function propertyKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/** A type on one line. */
export function flatText(type: TsType): string {
  switch (type.kind) {
    case "name":
      return type.text;
    case "array":
      return `${grouped(type.item)}[]`;
    case "tuple":
      return `[${type.items.map(flatText).join(", ")}]`;
    case "generic":
      return `${type.name}<${type.args.map(flatText).join(", ")}>`;
    case "object":
      if (type.fields.length === 0) return "Record<string, never>";
      return `{ ${type.fields.map(fieldText).join("; ")} }`;
    case "union":
      return type.members.map(flatText).join(" | ");
    case "intersection":
      return type.members.map(grouped).join(" & ");
  }
}

/** A property on one line, without an end. */
export function fieldText({ name, type, optional }: TsField): string {
  return `${propertyKey(name)}${optional ? "?" : ""}: ${flatText(type)}`;
}

function grouped(type: TsType): string {
  const isLoose = type.kind === "union" || type.kind === "intersection";
  return isLoose ? `(${flatText(type)})` : flatText(type);
}
