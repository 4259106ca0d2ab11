import type {
  StandardSchema,
  StandardSchemaProps,
  StandardSchemaResult,
} from "./standard_schema.ts";

/** What tells such a schema from those of libraries. */
const VENDOR = "fizyr-rpc-described";

/**
 * The schema of a body that is known only by its JSON Schema. Nothing but that says
 * what may be sent, so values are checked by it in both directions.
 */
export class DescribedBody implements StandardSchema {
  /** What makes it a Standard Schema, and gives the JSON Schema back. */
  readonly "~standard": StandardSchemaProps & {
    readonly jsonSchema: { input(): Record<string, unknown> };
  };

  /** Makes it of a JSON Schema and what checks values by it. */
  constructor(
    schema: Readonly<Record<string, unknown>>,
    validate: (value: unknown) => StandardSchemaResult<unknown>,
  ) {
    this["~standard"] = {
      version: 1,
      vendor: VENDOR,
      validate,
      jsonSchema: { input: () => ({ ...schema }) },
    };
  }
}

/** Whether a schema is one of these, also of another copy of this library. */
export function isDescribedBody(
  schema: StandardSchema,
): schema is DescribedBody {
  return schema["~standard"].vendor === VENDOR;
}
