import { element } from "./element.ts";
import type { Editor } from "./editor.ts";
import type { SchemaPlace } from "./json_schema.ts";

/** A member of an object, which may be left out. */
interface Member {
  readonly name: string;
  readonly editor: Editor;
  /** Whether it is there; null where it has to be. */
  readonly isThere: HTMLInputElement | null;
}

/** Enters the members of an object. */
export class ObjectEditor implements Editor {
  readonly element: HTMLElement;
  readonly #members: readonly Member[];

  /** Makes fields for the members that the schema names. */
  constructor(
    { schema, root, depth }: SchemaPlace,
    editorOf: (place: SchemaPlace) => Editor,
  ) {
    const { properties = {}, required = [] } = schema;
    const rows: HTMLElement[] = [];
    this.#members = Object.entries(properties).map(([name, schema]) => {
      const editor = editorOf({ schema, root, label: name, depth: depth + 1 });
      const isThere = required.includes(name) ? null : optional(name, editor);
      const hint = schema.description ?? "";
      rows.push(element(
        "div",
        { className: "member" },
        element("span", { className: "name" }, isThere, name),
        editor.element,
        hint === "" ? null : element("small", {}, hint),
      ));
      return { name, editor, isThere };
    });
    this.element = element("div", { className: "object" }, ...rows);
  }

  value(): unknown {
    return Object.fromEntries(
      this.#members
        .filter(({ isThere }) => isThere === null || isThere.checked)
        .map(({ name, editor }) => [name, editor.value()]),
    );
  }
}

/** A box that is ticked where a member is given. */
function optional(name: string, { element: field }: Editor): HTMLInputElement {
  const update = (): void => {
    field.hidden = !box.checked;
    // A field that isn't shown can't be asked for.
    for (const input of [field, ...field.querySelectorAll("*")]) {
      if ("disabled" in input) input.disabled = !box.checked;
    }
  };
  const box = element("input", {
    ...{ type: "checkbox", onchange: update, aria: { label: `with ${name}` } },
  });
  update();
  return box;
}
