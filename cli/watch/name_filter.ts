/** Says which names are shown. */
export type NameFilter = (name: string) => boolean;

/**
 * A filter of patterns such as `Camera.*`, where `*` stands for any text; without any,
 * all names pass.
 */
export function nameFilter(patterns: readonly string[]): NameFilter {
  if (patterns.length === 0) return () => true;
  const expressions = patterns.map((pattern) =>
    new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "s")
  );
  return (name) => expressions.some((expression) => expression.test(name));
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
