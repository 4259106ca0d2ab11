import { element } from "./element.ts";
import type { Editor } from "./editor.ts";

/** Enters bytes: as text, or as a file. */
export class BytesEditor implements Editor {
  readonly element: HTMLElement;
  readonly #text: HTMLTextAreaElement;
  #file: Uint8Array | null = null;

  /** Has no bytes yet. */
  constructor(label: string) {
    this.#text = element("textarea", {
      ...{ rows: 2, spellcheck: false, placeholder: "text" },
      aria: { label: `${label}, as text` },
    });
    const file = element("input", {
      type: "file",
      aria: { label: `${label}, as a file` },
      onchange: async () => {
        const [chosen] = file.files ?? [];
        this.#file = chosen === undefined
          ? null
          : new Uint8Array(await chosen.arrayBuffer());
        this.#text.disabled = this.#file !== null;
      },
    });
    this.element = element("div", { className: "bytes" }, this.#text, file);
  }

  value(): unknown {
    const data = this.#file ?? new TextEncoder().encode(this.#text.value);
    let binary = "";
    // All at once would be too many arguments.
    for (let at = 0; at < data.length; at += 4096) {
      binary += String.fromCharCode(...data.subarray(at, at + 4096));
    }
    return { $bytes: btoa(binary) };
  }
}
