/** A number of things, as in `1 byte` and `2 bytes`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
