import { schemaText } from "./schema_text.ts";

/** A member of a JSON Schema that its type doesn't tell everything of. */
export interface SchemaField {
  /** Its name, with those that lead to it, as in `pose.x`. */
  readonly name: string;
  /** Its type. */
  readonly type: string;
  /** What values it may have, such as `at least 1`. */
  readonly limits: readonly string[];
  /** What the schema says that it is. */
  readonly description: string;
}

/** How limits are told, in this order. */
const LIMITS: Readonly<Record<string, (limit: unknown) => string>> = {
  minimum: (least) => `at least ${least}`,
  exclusiveMinimum: (bound) => `above ${bound}`,
  maximum: (most) => `at most ${most}`,
  exclusiveMaximum: (bound) => `below ${bound}`,
  multipleOf: (step) => `a multiple of ${step}`,
  minLength: (least) => `at least ${least} characters`,
  maxLength: (most) => `at most ${most} characters`,
  minItems: (least) => `at least ${least} items`,
  maxItems: (most) => `at most ${most} items`,
  pattern: (pattern) => `matches ${pattern}`,
  format: (format) => `${format}`,
  default: (value) => `${JSON.stringify(value)} by default`,
};

/** How deep members are looked for: a schema may come from anywhere. */
const DEPTH = 4;

/** The members that have limits or a description, the value itself first, without a name. */
export function schemaFields(schema: unknown): SchemaField[] {
  return fieldsOf(schema, "", DEPTH);
}

function fieldsOf(schema: unknown, name: string, depth: number): SchemaField[] {
  if (typeof schema !== "object" || schema === null || depth === 0) return [];
  const { description = "", properties = {}, items } = schema as {
    readonly description?: unknown;
    readonly properties?: object;
    readonly items?: unknown;
  };
  const limits = limitsOf(schema as Readonly<Record<string, unknown>>);
  const field = { name, type: schemaText(schema), limits };
  const isTold = limits.length > 0 || description !== "";
  return [
    ...(isTold ? [{ ...field, description: `${description}` }] : []),
    ...Object.entries(properties).flatMap(([member, schema]) =>
      fieldsOf(schema, name === "" ? member : `${name}.${member}`, depth - 1)
    ),
    ...fieldsOf(items, `${name}[]`, depth - 1),
  ];
}

function limitsOf(schema: Readonly<Record<string, unknown>>): string[] {
  const { minItems, maxItems, ...others } = schema;
  if (minItems !== undefined && minItems === maxItems) {
    return [`exactly ${minItems} items`, ...limitsOf(others)];
  }
  return Object.keys(LIMITS)
    .map((key) => ({ key, limit: schema[key] }))
    .filter(({ limit }) =>
      limit !== undefined &&
      // A library gives these to every integer.
      limit !== Number.MIN_SAFE_INTEGER && limit !== Number.MAX_SAFE_INTEGER
    )
    .map(({ key, limit }) => LIMITS[key]!(limit));
}
