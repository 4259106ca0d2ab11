/** A JSON Schema as a type that is short to read, as in `{ frames: number }`. */
export function schemaText(schema: unknown): string {
  if (typeof schema !== "object" || schema === null) return "unknown";
  const { type, properties, required = [], items, $ref } = schema as JsonSchema;
  const { enum: values, const: constant, anyOf, oneOf } = schema as JsonSchema;
  if (constant !== undefined) return JSON.stringify(constant);
  if (values !== undefined) return values.map(literal).join(" | ");
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return choices.map(schemaText).join(" | ");
  if ($ref !== undefined) return $ref.split("/").at(-1)!;
  if (Array.isArray(type)) {
    return type.map((type) => schemaText({ ...schema, type })).join(" | ");
  }
  if (type === "array") {
    const item = schemaText(items);
    return item.includes(" | ") ? `(${item})[]` : `${item}[]`;
  }
  if (type === "object" && properties !== undefined) {
    const members = Object.entries(properties).map(([name, member]) =>
      `${name}${required.includes(name) ? "" : "?"}: ${schemaText(member)}`
    );
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  return typeof type === "string" ? type : "unknown";
}

/** What is looked at. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly items?: unknown;
  readonly anyOf?: readonly unknown[];
  readonly oneOf?: readonly unknown[];
  readonly $ref?: string;
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}
