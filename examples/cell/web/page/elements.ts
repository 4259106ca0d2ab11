/**
 * Finds an element of the page.
 *
 * @throws {TypeError} If there is none, or one of another kind.
 */
export function find<E extends Element>(
  selector: string,
  kind: new () => E,
): E {
  const element = document.querySelector(selector);
  if (element instanceof kind) return element;
  throw new TypeError(`The page has no ${kind.name} ${selector}`);
}
