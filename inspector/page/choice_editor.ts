import { schemaText } from "../../interface/describe/schema_text.ts";
import { element } from "./element.ts";
import type { Editor } from "./editor.ts";
import type { JsonSchema } from "./json_schema.ts";

/** Enters a value that has one of several schemas. */
export class ChoiceEditor implements Editor {
  readonly element: HTMLElement;
  #editor: Editor;

  /** Shows the first one. */
  constructor(
    label: string,
    choices: readonly JsonSchema[],
    editorOf: (schema: JsonSchema) => Editor,
  ) {
    const select = element(
      "select",
      {
        aria: { label: `Kind of ${label}` },
        onchange: () => {
          const next = editorOf(choices[select.selectedIndex]!);
          this.#editor.element.replaceWith(next.element);
          this.#editor = next;
        },
      },
      ...choices.map((schema) =>
        element("option", {}, schema.title ?? schemaText(schema))
      ),
    );
    this.#editor = editorOf(choices[0] ?? {});
    this.element = element(
      "div",
      { className: "choice" },
      select,
      this.#editor.element,
    );
  }

  value(): unknown {
    return this.#editor.value();
  }
}
