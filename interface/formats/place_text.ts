/** The place of a value within another one, as in `frames[0].width`. */
export function placeText(path: readonly PropertyKey[]): string {
  return path.map((key, index) => {
    if (typeof key === "number") return `[${key}]`;
    return index === 0 ? String(key) : `.${String(key)}`;
  }).join("");
}
