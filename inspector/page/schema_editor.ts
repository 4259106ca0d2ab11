import { ArrayEditor } from "./array_editor.ts";
import { ChoiceEditor } from "./choice_editor.ts";
import { element } from "./element.ts";
import type { Editor } from "./editor.ts";
import { JsonEditor } from "./json_editor.ts";
import type { JsonSchema, SchemaPlace } from "./json_schema.ts";
import { ObjectEditor } from "./object_editor.ts";

/** The deepest schema that gets fields of its own. */
const MAX_DEPTH = 6;

/** Makes the fields for a JSON Schema. What has no fields is entered as JSON. */
export function schemaEditor(place: SchemaPlace): Editor {
  const { label, depth, root } = place;
  const schema = resolved(place);
  if (schema === null || depth > MAX_DEPTH) return new JsonEditor(label);
  const at = { ...place, schema };
  const { type, enum: values, const: constant } = schema;
  if (constant !== undefined) {
    const text = JSON.stringify(constant);
    return { element: element("code", {}, text), value: () => constant };
  }
  if (values !== undefined) return enumEditor(label, values, schema.default);
  const choices = schema.anyOf ?? schema.oneOf ??
    (Array.isArray(type) ? type.map((type) => ({ ...schema, type })) : null);
  if (choices !== null) {
    return new ChoiceEditor(
      label,
      choices,
      (schema) => schemaEditor({ schema, root, label, depth: depth + 1 }),
    );
  }
  switch (type) {
    case "object":
      return schema.properties === undefined
        ? new JsonEditor(label, "{}")
        : new ObjectEditor(at, schemaEditor);
    case "array":
      return new ArrayEditor(at, schemaEditor);
    case "boolean":
      return booleanEditor(label, schema);
    case "integer":
    case "number":
      return numberEditor(label, schema);
    case "string":
      return textEditor(label, schema);
    case "null":
      return { element: element("code", {}, "null"), value: () => null };
    default:
      return new JsonEditor(label);
  }
}

function resolved({ schema, root }: SchemaPlace): JsonSchema | null {
  const { $ref } = schema;
  if ($ref === undefined) return schema;
  if ($ref === "#") return root;
  let found: unknown = root;
  for (const step of $ref.split("/").slice(1)) {
    found = (found as Readonly<Record<string, unknown>> | undefined)?.[step];
  }
  return (found as JsonSchema | undefined) ?? null;
}

function enumEditor(
  label: string,
  values: readonly unknown[],
  given: unknown,
): Editor {
  const select = element(
    "select",
    { aria: { label } },
    ...values.map((value) =>
      element("option", { selected: value === given }, `${value}`)
    ),
  );
  return { element: select, value: () => values[select.selectedIndex] };
}

function booleanEditor(label: string, schema: JsonSchema): Editor {
  const input = element("input", {
    ...{ type: "checkbox", checked: schema.default === true },
    aria: { label },
  });
  return { element: input, value: () => input.checked };
}

function numberEditor(label: string, schema: JsonSchema): Editor {
  const { type, exclusiveMinimum, maximum } = schema;
  const isWhole = type === "integer" && exclusiveMinimum !== undefined;
  const minimum = schema.minimum ??
    (isWhole ? Math.floor(exclusiveMinimum) + 1 : undefined);
  const isShown = (limit: number | undefined): boolean =>
    limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  const input = element("input", {
    ...{ type: "number", required: true, aria: { label } },
    step: type === "integer" ? "1" : "any",
    ...(isShown(minimum) ? { min: `${minimum}` } : {}),
    ...(isShown(maximum) ? { max: `${maximum}` } : {}),
    value: typeof schema.default === "number" ? `${schema.default}` : "",
  });
  return { element: input, value: () => input.valueAsNumber };
}

function textEditor(label: string, schema: JsonSchema): Editor {
  const { maxLength, default: given } = schema;
  const input = element("input", {
    ...{ type: "text", spellcheck: false, aria: { label } },
    ...(maxLength === undefined ? {} : { maxLength }),
    value: typeof given === "string" ? given : "",
  });
  return { element: input, value: () => input.value };
}
