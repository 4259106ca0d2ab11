/** The values that a stand-in makes of schemas. */
import { assertEquals, assertThrows } from "@std/assert";
import { jsonSchemaValidator } from "../../interface/dynamic/json_schema_validator.ts";
import { sampleBody } from "../../cli/stand_in/sample_body.ts";
import { NoSampleError, sampleValue } from "../../cli/stand_in/sample_value.ts";

const TREE = {
  $ref: "#/$defs/Tree",
  $defs: {
    Tree: {
      type: "object",
      properties: {
        name: { type: "string" },
        children: { type: "array", items: { $ref: "#/$defs/Tree" } },
      },
      required: ["name", "children"],
    },
  },
};

const VALUES: readonly (readonly [Record<string, unknown>, unknown])[] = [
  [{ type: "integer", minimum: 3, maximum: 5 }, 3],
  [{ type: "integer", maximum: -2 }, -2],
  [{ type: "number", exclusiveMinimum: 0 }, 0.5],
  [{ type: "string", minLength: 3 }, "xxx"],
  [{ type: "string", format: "uuid" }, "00000000-0000-4000-8000-000000000000"],
  [{ type: "array", items: { type: "boolean" }, minItems: 2 }, [false, false]],
  [{ type: ["string", "null"] }, ""],
  [{ enum: ["a", "b"] }, "a"],
  [{ const: 7 }, 7],
  [{ type: "number", default: 4 }, 4],
  [{ type: "string", examples: ["left"] }, "left"],
  [{ anyOf: [false, { type: "null" }] }, null],
  [
    {
      allOf: [
        { type: "object", properties: { a: { const: 1 } }, required: ["a"] },
        { type: "object", properties: { b: { const: 2 } }, required: ["b"] },
      ],
    },
    { a: 1, b: 2 },
  ],
  [TREE, { name: "", children: [] }],
];

Deno.test("A value that a schema allows is made", () => {
  for (const [schema, value] of VALUES) {
    assertEquals([schema, sampleValue(schema)], [schema, value]);
    assertEquals(jsonSchemaValidator(schema)(value).issues, undefined);
  }
});

Deno.test("What can't be made is said, and is never a wrong value", () => {
  const endless = {
    $ref: "#/$defs/Node",
    $defs: {
      Node: {
        type: "object",
        properties: { next: { $ref: "#/$defs/Node" } },
        required: ["next"],
      },
    },
  };
  for (
    const schema of [
      endless,
      { $ref: "#/$defs/none" },
      { type: "string", pattern: "^[a-z]+$" },
      { type: "file" },
      { anyOf: [] },
    ]
  ) {
    const body = { kind: "value", schema } as const;
    assertThrows(() => sampleBody(body), NoSampleError);
  }
});

Deno.test("Types that say all by their names have a value", () => {
  const made = (typeName: string): unknown =>
    sampleBody({ kind: "value", typeName });
  assertEquals(
    ["u32", "f64", "bool", "String", "Vec<u8>", "Option<Pose>"].map(made),
    [0, 0, false, "", [], null],
  );
  assertThrows(() => made("Pose"), NoSampleError, "Pose has no schema");
});
