import { type OutputUnit, Validator } from "@cfworker/json-schema";
import { errorText } from "../../internal/errors.ts";
import type {
  StandardSchemaIssue,
  StandardSchemaResult,
} from "../declare/standard_schema.ts";
import { issuesOf } from "./issues_of.ts";
import { jsonValue } from "./json_value.ts";

type Schema = Readonly<Record<string, unknown>>;

/**
 * Makes what checks values by a JSON Schema (draft 2020-12). It makes no code of the
 * schema, so that it runs on pages whose policy forbids `eval`.
 *
 * @throws {TypeError} If it is no schema, such as one with the same id twice.
 */
export function jsonSchemaValidator(
  schema: Schema,
): (value: unknown) => StandardSchemaResult<unknown> {
  const validator = validatorOf(schema, false);
  return (value) => {
    const errors = errorsOf(validator, schema, jsonValue(value));
    if (errors.length === 0) return { value };
    return { issues: value === undefined ? NO_VALUE : issuesOf(errors) };
  };
}

/** The errors would speak of null, which `undefined` is checked as. */
const NO_VALUE: readonly StandardSchemaIssue[] = [
  { message: "The value is undefined", path: [] },
];

function errorsOf(
  validator: Validator,
  schema: Schema,
  value: unknown,
): readonly OutputUnit[] {
  try {
    return validator.validate(value).errors;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // There were more errors than fit on the stack, from which the library takes them:
    // some 100,000. One that stops at the first error of a list says enough.
    return validatorOf(schema, true).validate(value).errors;
  }
}

function validatorOf(schema: Schema, stopsEarly: boolean): Validator {
  try {
    return new Validator(schema, "2020-12", stopsEarly);
  } catch (cause) {
    throw new TypeError(`A JSON Schema can't be used: ${errorText(cause)}`, {
      cause,
    });
  }
}
