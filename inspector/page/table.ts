import { element } from "./element.ts";

/** A cell: what is shown, and whether it is a number. */
export type Cell = string | Node;

/** A column of a table. */
export interface Column {
  readonly name: string;
  /** Whether it holds numbers, which stand on the right. */
  readonly isNumber?: boolean;
}

/** A part of the page with a title and a table, whose rows are replaced as a whole. */
export class Table {
  readonly element: HTMLElement;
  readonly #body = element("tbody");
  readonly #columns: readonly Column[];
  readonly #empty: HTMLElement;

  /**
   * Has no rows yet.
   *
   * @param empty What is said where it has none.
   */
  constructor(title: string, columns: readonly Column[], empty: string) {
    this.#columns = columns;
    this.#empty = element("p", { className: "quiet" }, empty);
    const heads = columns.map(({ name, isNumber = false }) =>
      element("th", { scope: "col", className: isNumber ? "number" : "" }, name)
    );
    const table = element(
      "table",
      { aria: { label: title } },
      element("thead", {}, element("tr", {}, ...heads)),
      this.#body,
    );
    this.element = element(
      "section",
      { className: "card" },
      element("h2", {}, title),
      this.#empty,
      // So that a narrow screen scrolls the table, also by keyboard.
      element("div", { className: "scroll", tabIndex: 0 }, table),
    );
    this.show([]);
  }

  /** Shows these rows, and no others. */
  show(rows: readonly (readonly Cell[])[]): void {
    this.#body.replaceChildren(...rows.map((cells) =>
      element(
        "tr",
        {},
        ...cells.map((cell, at) =>
          element(
            "td",
            { className: this.#columns[at]!.isNumber ? "number" : "" },
            cell,
          )
        ),
      )
    ));
    this.#empty.hidden = rows.length > 0;
    this.element.querySelector<HTMLElement>(".scroll")!.hidden =
      rows.length === 0;
  }

  /** Says why it has no rows. */
  set empty(text: string) {
    this.#empty.textContent = text;
  }
}
