import { type OutputUnit, Validator } from "@cfworker/json-schema";
import { errorText } from "../../internal/errors.ts";
import type {
  StandardSchemaIssue,
  StandardSchemaResult,
} from "../declare/standard_schema.ts";

/**
 * Makes what checks values by a JSON Schema (draft 2020-12). It makes no code of the
 * schema, so that it runs on pages whose policy forbids `eval`.
 *
 * @throws {TypeError} If it is no schema, such as one with the same id twice.
 */
export function jsonSchemaValidator(
  schema: Readonly<Record<string, unknown>>,
): (value: unknown) => StandardSchemaResult<unknown> {
  const validator = validatorOf(schema);
  return (value) => {
    // What JSON leaves out, such as properties that are undefined, isn't checked.
    const { valid, errors } = validator.validate(plainValue(value));
    return valid ? { value } : { issues: issuesOf(errors) };
  };
}

function validatorOf(schema: Readonly<Record<string, unknown>>): Validator {
  try {
    return new Validator(schema, "2020-12", false);
  } catch (cause) {
    throw new TypeError(`A JSON Schema can't be used: ${errorText(cause)}`, {
      cause,
    });
  }
}

function plainValue(value: unknown): unknown {
  if (typeof value !== "object") return value;
  return JSON.parse(JSON.stringify(value));
}

/** The errors that have no other one as their reason. */
function issuesOf(errors: readonly OutputUnit[]): StandardSchemaIssue[] {
  const leaves = errors.filter(({ keywordLocation, instanceLocation }) =>
    !errors.some((other) =>
      other.keywordLocation.startsWith(`${keywordLocation}/`) &&
      other.instanceLocation.startsWith(instanceLocation)
    )
  );
  return leaves.map(({ error, instanceLocation }) => ({
    message: error,
    path: pathOf(instanceLocation),
  }));
}

/** The steps of a JSON Pointer such as `#/frames/0`. */
function pathOf(pointer: string): PropertyKey[] {
  return pointer.split("/").slice(1).map((step) => {
    const key = decodeURIComponent(step).replaceAll("~1", "/")
      .replaceAll("~0", "~");
    return /^\d+$/.test(key) ? Number(key) : key;
  });
}
