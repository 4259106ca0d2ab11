import { element } from "./element.ts";
import type { Editor } from "./editor.ts";
import type { JsonSchema, SchemaPlace } from "./json_schema.ts";

/** The most items that are there at first. */
const MAX_FIRST = 16;

/** Enters the items of a list. */
export class ArrayEditor implements Editor {
  readonly element: HTMLElement;
  readonly #place: SchemaPlace;
  readonly #editorOf: (place: SchemaPlace) => Editor;
  readonly #list = element("ol", { className: "items" });
  readonly #items: Editor[] = [];

  /** Makes fields for as many items as there have to be. */
  constructor(
    place: SchemaPlace,
    editorOf: (place: SchemaPlace) => Editor,
  ) {
    this.#place = place;
    this.#editorOf = editorOf;
    const { prefixItems = [], items, minItems = 0, maxItems = Infinity } =
      place.schema;
    for (const schema of prefixItems) this.#add(schema);
    const first = Math.min(Math.max(minItems, prefixItems.length), MAX_FIRST);
    while (this.#items.length < first) this.#add(items ?? {});
    const isFixed = minItems === maxItems ||
      (prefixItems.length > 0 && items === undefined);
    const { label } = place;
    const more = element("button", {
      ...{ type: "button", textContent: "+", title: `Add to ${label}` },
      onclick: () => this.#add(items ?? {}),
    });
    const less = element("button", {
      ...{ type: "button", textContent: "−", title: `Remove from ${label}` },
      onclick: () => this.#remove(),
    });
    this.element = element(
      "div",
      { className: "array" },
      this.#list,
      isFixed ? null : element("span", { className: "buttons" }, more, less),
    );
  }

  value(): unknown {
    return this.#items.map((item) => item.value());
  }

  #add(schema: JsonSchema): void {
    const { root, label, depth } = this.#place;
    const editor = this.#editorOf({
      ...{ schema, root, depth: depth + 1 },
      label: `${label} ${this.#items.length + 1}`,
    });
    this.#items.push(editor);
    this.#list.append(element("li", {}, editor.element));
  }

  #remove(): void {
    this.#items.pop();
    this.#list.lastElementChild?.remove();
  }
}
