import {
  checkedValue,
  ValidationError,
} from "../../interface/codecs/validation_error.ts";
import type { BodyDefinition } from "../../interface/declare/definition.ts";
import { jsonSchemaValidator } from "../../interface/dynamic/json_schema_validator.ts";
import { NoSampleError, sampleValue } from "./sample_value.ts";

/** Values of the types of Rust and TypeScript that say all by their names. */
const OF_TYPES: readonly (readonly [RegExp, unknown])[] = [
  [/^([iu](8|16|32|64|size)|f32|f64|number|integer)$/, 0],
  [/^(String|&('static )?str|string)$/, ""],
  [/^(bool|boolean)$/, false],
  [/^(Vec<.*>|&?\[.*\]|.*\[\])$/, []],
  [/^(Option<.*>|\(\)|null)$/, null],
];

/**
 * A value that a body may have.
 *
 * @throws {NoSampleError} If what is declared doesn't tell.
 */
export function sampleBody(
  { kind, typeName = "", schema, schemaError }: BodyDefinition,
): unknown {
  if (kind === "nothing") return undefined;
  if (kind !== "value") return new Uint8Array();
  if (schema === undefined) {
    const found = OF_TYPES.find(([name]) => name.test(typeName));
    if (found !== undefined) return found[1];
    throw new NoSampleError(
      schemaError ?? `${typeName || "its type"} has no schema`,
    );
  }
  const value = sampleValue(schema);
  try {
    return checkedValue(jsonSchemaValidator(schema)(value));
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new NoSampleError(error.message);
  }
}
