import type { StandardSchemaResult } from "../declare/standard_schema.ts";
import { ValidationError } from "./validation_error.ts";

/**
 * The value that a schema gives.
 *
 * @throws {ValidationError} What it has found.
 */
export function checkedValue(result: StandardSchemaResult<unknown>): unknown {
  if (result.issues !== undefined) throw new ValidationError(result.issues);
  return result.value;
}
