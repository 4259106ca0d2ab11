/** What is looked at of a JSON Schema. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: unknown;
  readonly prefixItems?: readonly unknown[];
  readonly anyOf?: readonly unknown[];
  readonly oneOf?: readonly unknown[];
  readonly allOf?: readonly unknown[];
  readonly $ref?: string;
}

/** A JSON Schema as a type that is short to read, as in `{ frames: number }`. */
export function schemaText(schema: unknown): string {
  if (typeof schema !== "object" || schema === null) return "unknown";
  const { type, enum: values, const: constant, prefixItems } =
    schema as JsonSchema;
  const { anyOf, oneOf, allOf, $ref } = schema as JsonSchema;
  if (constant !== undefined) return JSON.stringify(constant);
  if (values !== undefined) return joined(values.map(literal), " | ");
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return joined(choices.map(schemaText), " | ");
  if (allOf !== undefined) return joined(allOf.map(schemaText), " & ");
  // The schema itself is "#".
  if ($ref !== undefined) return $ref.split("/").at(-1)!;
  if (Array.isArray(type)) {
    const types = type.map((type) => schemaText({ ...schema, type }));
    return joined(types, " | ");
  }
  if (prefixItems !== undefined) {
    return `[${prefixItems.map(schemaText).join(", ")}]`;
  }
  if (type === "array") return arrayText(schema as JsonSchema);
  if (type === "object") return objectText(schema as JsonSchema);
  return typeof type === "string" ? type : "unknown";
}

function arrayText({ items }: JsonSchema): string {
  const item = schemaText(items);
  return / [|&] /.test(item) ? `(${item})[]` : `${item}[]`;
}

function objectText(
  { properties, required = [], additionalProperties }: JsonSchema,
): string {
  const members = Object.entries(properties ?? {}).map(([name, member]) =>
    `${name}${required.includes(name) ? "" : "?"}: ${schemaText(member)}`
  );
  if (typeof additionalProperties === "object") {
    members.push(`[name]: ${schemaText(additionalProperties)}`);
  }
  if (members.length > 0) return `{ ${members.join(", ")} }`;
  return properties === undefined ? "object" : "{}";
}

function joined(types: readonly string[], between: string): string {
  return [...new Set(types)].join(between) || "unknown";
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}
