import type { BodyDefinition } from "../declare/definition.ts";
import { schemaText } from "./schema_text.ts";

/** What a body is, as a type on one line. */
export function bodyTypeText(
  { kind, typeName, schema }: BodyDefinition,
): string {
  switch (kind) {
    case "nothing":
      return "nothing";
    case "bytes":
      return "bytes";
    case "peer":
      return "body with descriptors";
    default:
      if (schema !== undefined) return schemaText(schema);
      return typeName ?? "value";
  }
}
