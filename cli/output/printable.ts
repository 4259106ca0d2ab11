/** What moves the cursor, breaks the line, or changes the direction of text. */
const UNPRINTABLE =
  // deno-lint-ignore no-control-regex -- they are what it is about
  /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text of the other side as it can stand in a line: a terminal obeys nothing in it, and
 * it can't be taken for another line. JSON stays the JSON of the same value.
 */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same for a text of several lines, which keeps its ends of lines and its tabs. */
export function printableLines(text: string): string {
  return text.replaceAll("\r\n", "\n")
    .replace(/[^\n\t]+/g, (part) => printable(part));
}
