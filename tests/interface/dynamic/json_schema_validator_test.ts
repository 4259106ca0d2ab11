/** What is checked by a JSON Schema: values that JSON doesn't have, and how many issues it takes. */
import { assert, assertEquals } from "@std/assert";
import { defineInterface } from "../../../interface/mod.ts";
import { fromDefinition } from "../../../interface/dynamic/mod.ts";
import { jsonSchemaValidator } from "../../../interface/dynamic/json_schema_validator.ts";
import { cbor, CborFloat } from "../../../interface/formats/cbor.ts";
import { json } from "../../../interface/formats/json.ts";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import { inMemory } from "../../../interface/testing.ts";

type Schema = Readonly<Record<string, unknown>>;

/** The texts and places of what is wrong with a value. */
function issuesOf(schema: Schema, value: unknown): string[] {
  const { issues = [] } = jsonSchemaValidator(schema)(value);
  return issues.map(({ path = [], message }) =>
    `${path.join(".")}: ${message}`
  );
}

/** Half of a surrogate pair. */
function half(at: number): string {
  return String.fromCharCode(0xd800 + at);
}

/** A schema as a library gives it that checks nothing itself. */
function described(schema: Schema) {
  return {
    "~standard": {
      version: 1 as const,
      vendor: "test",
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: () => ({ ...schema }) },
    },
  };
}

Deno.test("100,000 wrong items have as many issues", () => {
  const items = Array(100_000).fill(1);
  const schema = { type: "array", items: { type: "string" } };
  const { issues = [] } = jsonSchemaValidator(schema)(items);
  assertEquals(issues.length, items.length);
  assertEquals(issues.at(-1)!.path, [99_999]);
});

Deno.test("A wrong list within a value may be as long", () => {
  const list = { type: "array", items: { type: "string" } };
  const value = { lists: [Array(200_000).fill(1)] };
  const schema = { properties: { lists: { type: "array", items: list } } };
  assertEquals(issuesOf(schema, value), [
    'lists.0.0: Instance type "number" is invalid. Expected "string".',
  ]);
});

Deno.test("Only what is the reason of an error is an issue", () => {
  const schema = {
    type: "object",
    required: ["id"],
    properties: {
      a: { $ref: "#/$defs/list" },
      b: { anyOf: [{ type: "string" }, { type: "array", minItems: 2 }] },
    },
    $defs: { list: { type: "array", items: { type: "string" } } },
  };
  assertEquals(issuesOf(schema, { a: ["x", 1, 2], b: [1] }), [
    ': Instance does not have required property "id".',
    'a.1: Instance type "number" is invalid. Expected "string".',
    'a.2: Instance type "number" is invalid. Expected "string".',
    'b: Instance type "array" is invalid. Expected "string".',
    "b: Array has too few items (1 < 2).",
  ]);
});

Deno.test("Values that JSON doesn't have are taken where the schema takes them", () => {
  const integer = { type: "integer", minimum: 0 };
  const numbers = { type: "object", additionalProperties: { type: "number" } };
  const proto = JSON.parse('{"__proto__":1}');
  const valid: [Schema, unknown][] = [
    [{}, 2n ** 60n],
    [{}, undefined],
    [integer, 2n ** 60n],
    [{ type: ["integer", "null"] }, 10n ** 400n],
    [{ properties: { id: {} } }, { id: 2n ** 60n }],
    [{ type: "array", items: integer }, [1n, 2n]],
    [{ required: ["a"], ...numbers }, new Map([["a", 1]])],
    [numbers, { a: new CborFloat(21), b: new Number(1), c: undefined }],
    [numbers, { [half(0)]: 1, [half(1)]: 2, "\ufffd": 3, "50%": 4 }],
    [{ type: "object" }, new Uint8Array(3)],
    [{ properties: { at: { type: "string" } } }, { at: new Date(0) }],
    [{ type: "array", items: { type: "null" } }, [undefined, , null]],
    [numbers, proto],
  ];
  for (const [schema, value] of valid) {
    assertEquals(issuesOf(schema, value), []);
    assertEquals(jsonSchemaValidator(schema)(value), { value });
  }
  const wrong: [Schema, unknown, string][] = [
    [{ type: "string" }, 1n, 'Instance type "number" is invalid'],
    [integer, -1n, "-1 is less than 0"],
    [{ maximum: 10 }, 10n ** 400n, "is greater than 10"],
    [{ type: "object" }, undefined, "The value is undefined"],
    [numbers, { [half(0)]: 1, [half(1)]: "x" }, 'Instance type "string"'],
    [{ required: ["a"] }, new Map([["b", 1]]), '"a"'],
    [numbers, JSON.parse('{"__proto__":"x"}'), 'Instance type "string"'],
  ];
  for (const [schema, value, text] of wrong) {
    const issues = issuesOf(schema, value);
    assert(issues.some((issue) => issue.includes(text)), issues.join("\n"));
  }
});

Deno.test("Names with halves of surrogate pairs are all checked", () => {
  const schema = { additionalProperties: { type: "number" } };
  // All are the same with U+FFFD in place of the half.
  const halves = Array.from(
    { length: 2048 },
    (_, at) => [half(at), at === 2000 ? "x" : at],
  );
  const value = Object.fromEntries([...halves, ["\ufffd7", 1]]);
  const wrong = issuesOf(schema, value).filter((issue) => /^\S/.test(issue));
  assert(wrong.some((issue) => issue.includes('Instance type "string"')));
  assertEquals(issuesOf({ minProperties: 2049 }, value), []);
});

Deno.test("A value is checked as deep as JSON goes, and one that holds itself isn't sent", () => {
  let deep: unknown = "x";
  for (let depth = 0; depth < 20_000; depth++) deep = [deep];
  assertEquals(issuesOf({ type: "array" }, deep), []);
  const round: unknown[] = [];
  round.push(round);
  let thrown: unknown;
  try {
    issuesOf({}, round);
  } catch (error) {
    thrown = error;
  }
  assert(thrown instanceof TypeError, String(thrown));
});

for (const format of [cbor, msgpack, json]) {
  Deno.test(`A client of a definition takes what a declared one takes, as ${format.name}`, async () => {
    const any = described({
      type: "object",
      properties: { id: {} },
      additionalProperties: { type: "number" },
    });
    const Store = defineInterface({
      name: "Store",
      format,
      services: { echo: { id: 1, request: any, response: any } },
    });
    await using test = inMemory(Store, { echo: (value: unknown) => value });
    const found = fromDefinition(Store.definition).client(test.peer);
    const value = format === json ? { [half(0)]: 1 } : { id: 2n ** 60n };
    assertEquals(await test.client.echo(value), value);
    assertEquals(await found.echo!(value), value);
  });
}
