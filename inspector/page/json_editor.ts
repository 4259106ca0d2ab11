import { element } from "./element.ts";
import type { Editor } from "./editor.ts";

/** Enters a value as JSON. */
export class JsonEditor implements Editor {
  readonly element: HTMLTextAreaElement;

  /** Shows some text at first. */
  constructor(label: string, text = "") {
    this.element = element("textarea", {
      ...{ rows: 4, spellcheck: false, value: text, className: "json" },
      ...{ placeholder: "JSON", aria: { label: `${label}, as JSON` } },
    });
  }

  value(): unknown {
    try {
      return JSON.parse(this.element.value);
    } catch (error) {
      this.element.focus();
      throw new SyntaxError(`This is no JSON: ${(error as Error).message}`);
    }
  }
}
