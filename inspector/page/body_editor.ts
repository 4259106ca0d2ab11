import type { BodyDefinition } from "../../interface/declare/definition.ts";
import { ArrayEditor } from "./array_editor.ts";
import { BytesEditor } from "./bytes_editor.ts";
import { ChoiceEditor } from "./choice_editor.ts";
import { element } from "./element.ts";
import type { Editor } from "./editor.ts";
import { JsonEditor } from "./json_editor.ts";
import { ObjectEditor } from "./object_editor.ts";
import { schemaEditor } from "./schema_editor.ts";

/** What a body is entered with; null where there is none. */
export function bodyEditor(
  label: string,
  { kind, schema }: BodyDefinition,
  format: string,
): Editor | null {
  if (kind === "nothing") return null;
  if (kind !== "value" || format === "raw") return new BytesEditor(label);
  if (schema === undefined) return new JsonEditor(label);
  const fields = schemaEditor({ ...{ schema, root: schema }, label, depth: 0 });
  // A single field is quicker than its JSON.
  const isLarge = fields instanceof ObjectEditor ||
    fields instanceof ArrayEditor || fields instanceof ChoiceEditor;
  return isLarge ? new SwitchedEditor(label, fields) : fields;
}

/** Fields, or JSON in their place. */
class SwitchedEditor implements Editor {
  readonly element: HTMLElement;
  readonly #fields: Editor;
  readonly #json: JsonEditor;
  #isJson = false;

  constructor(label: string, fields: Editor) {
    this.#fields = fields;
    this.#json = new JsonEditor(label);
    const toggle = element("button", {
      ...{ type: "button", className: "link", textContent: "as JSON" },
      onclick: () => {
        if (!this.#isJson) {
          const text = JSON.stringify(fields.value(), null, 1);
          this.#json.element.value = text;
        }
        const [from, to] = this.#isJson
          ? [this.#json, fields]
          : [fields, this.#json];
        from.element.replaceWith(to.element);
        this.#isJson = !this.#isJson;
        toggle.textContent = this.#isJson ? "as fields" : "as JSON";
      },
    });
    this.element = element(
      "div",
      { className: "editor" },
      fields.element,
      toggle,
    );
  }

  value(): unknown {
    return (this.#isJson ? this.#json : this.#fields).value();
  }
}
