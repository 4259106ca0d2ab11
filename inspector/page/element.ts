type Child = Node | string | null;

/** Makes an element of HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<Omit<HTMLElementTagNameMap[K], "style" | "dataset">> & {
    readonly aria?: Readonly<Record<string, string>>;
  } = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  const { aria = {}, ...rest } = properties;
  Object.assign(made, rest);
  for (const [name, value] of Object.entries(aria)) {
    made.setAttribute(`aria-${name}`, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Makes an element of SVG. */
export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly Node[]
): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, `${value}`);
  }
  made.append(...children);
  return made;
}

/**
 * Finds an element of the page.
 *
 * @throws {TypeError} If there is none, or one of another kind.
 */
export function find<E extends Element>(
  selector: string,
  kind: new () => E,
): E {
  const found = document.querySelector(selector);
  if (found instanceof kind) return found;
  throw new TypeError(`The page has no ${kind.name} ${selector}`);
}
