import type { BodyDefinition } from "../declare/definition.ts";

/** How text and names of types are marked up. */
export interface Markup {
  /** Text of any kind. */
  text(text: string): string;
  /** The name of a type. */
  code(name: string): string;
}

/** Says in a few words what a body is. */
export function bodyText(
  { kind, typeName, schemaError }: BodyDefinition,
  { text, code }: Markup,
): string {
  switch (kind) {
    case "nothing":
      return text("nothing");
    case "bytes":
      return text("plain bytes");
    case "peer":
      return text("the body of the transport, with its descriptors");
    case "value": {
      const name = typeName === undefined ? text("a value") : code(typeName);
      if (schemaError === undefined) return name;
      return name + text(` (no JSON Schema: ${schemaError})`);
    }
  }
}
