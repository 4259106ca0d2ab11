/** No value could be made; says of what. */
export class NoSampleError extends Error {}

/** How deep a schema that refers to itself is followed. */
const DEEPEST = 16;

type Schema = Readonly<Record<string, unknown>>;

/** What is written in a format, as JSON Schema names them. */
const FORMATTED: Readonly<Record<string, string>> = {
  date: "2026-01-01",
  "date-time": "2026-01-01T00:00:00Z",
  time: "00:00:00Z",
  duration: "PT0S",
  email: "name@example.com",
  hostname: "example.com",
  ipv4: "127.0.0.1",
  ipv6: "::1",
  uri: "https://example.com",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/**
 * A value that a JSON Schema allows: its example or default, else the smallest one.
 * What it makes is to be checked: patterns and conditions aren't followed.
 *
 * @throws {NoSampleError} If it can't tell.
 */
export function sampleValue(root: Schema): unknown {
  return sample(root, root, DEEPEST);
}

function sample(given: unknown, root: Schema, depth: number): unknown {
  // The schema true allows everything.
  if (given === true || given === undefined) return null;
  if (typeof given !== "object" || given === null) throw noSample(given);
  if (depth === 0) {
    throw new NoSampleError("it refers to itself without an end");
  }
  const schema = given as Schema;
  const { $ref, examples, anyOf, oneOf, allOf } = schema;
  const next = (inner: unknown) => sample(inner, root, depth - 1);
  if (typeof $ref === "string") return next(resolve($ref, root));
  if ("const" in schema) return schema.const;
  if (Array.isArray(examples)) return examples[0];
  if ("default" in schema) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return firstOf(choices, next);
  if (Array.isArray(allOf)) {
    return Object.assign({}, ...allOf.map(next));
  }
  const { type } = schema;
  return Array.isArray(type)
    ? next({ ...schema, type: type[0] })
    : ofType(type, schema, next);
}

function ofType(
  type: unknown,
  schema: Schema,
  next: (schema: unknown) => unknown,
): unknown {
  switch (type) {
    case "null":
    case undefined:
      return null;
    case "boolean":
      return false;
    case "string":
      return text(schema);
    case "number":
    case "integer":
      return number(schema);
    case "array": {
      const { prefixItems = [], items, minItems = 0 } = schema;
      const values = (prefixItems as unknown[]).map(next);
      while (values.length < (minItems as number)) values.push(next(items));
      return values;
    }
    case "object": {
      const { properties = {}, required = [] } = schema;
      const members = (required as string[]).map((name) => [
        name,
        next((properties as Schema)[name]),
      ]);
      return Object.fromEntries(members);
    }
    default:
      throw noSample(type);
  }
}

function text({ format, minLength = 0 }: Schema): string {
  const formatted = FORMATTED[String(format)] ?? "";
  return formatted.padEnd(minLength as number, "x");
}

/** The one nearest to 0. */
function number(schema: Schema): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as {
    readonly [name: string]: number | undefined;
  };
  const step = schema.type === "integer" ? 1 : 0.5;
  const least = exclusiveMinimum === undefined
    ? minimum ?? -Infinity
    : exclusiveMinimum + step;
  const most = exclusiveMaximum === undefined
    ? maximum ?? Infinity
    : exclusiveMaximum - step;
  return Math.min(Math.max(0, least), most);
}

function firstOf(
  choices: readonly unknown[],
  next: (schema: unknown) => unknown,
): unknown {
  let last: unknown;
  for (const choice of choices) {
    try {
      return next(choice);
    } catch (error) {
      if (!(error instanceof NoSampleError)) throw error;
      last = error;
    }
  }
  throw last ?? new NoSampleError("it allows nothing");
}

/** What a reference such as `#/$defs/Frame` leads to. */
function resolve(reference: string, root: Schema): unknown {
  const steps = reference.replace(/^#\/?/, "").split("/").filter((step) =>
    step
  );
  const found = reference.startsWith("#")
    ? steps.reduce<unknown>(
      (at, step) => (at as Schema | undefined)?.[pointerStep(step)],
      root,
    )
    : undefined;
  if (found !== undefined) return found;
  throw new NoSampleError(`it refers to ${reference}`);
}

function pointerStep(step: string): string {
  return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
}

function noSample(what: unknown): NoSampleError {
  return new NoSampleError(`it is ${JSON.stringify(what)}`);
}
