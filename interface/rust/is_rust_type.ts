/** Words that have another word behind them in a type. */
const BEFORE_WORDS = new Set(["const", "dyn", "impl", "mut"]);

/** Whether a name can stand as a type in Rust, which the title of a schema need not. */
export function isRustType(name: string): boolean {
  if (!/^[\w\s:<>,()[\];&'*+=-]+$/.test(name)) return false;
  const pairs = [...name.matchAll(/('?)(\w+)\s+(?=\w)/g)];
  return pairs.every(([, quote, word]) =>
    quote === "'" || BEFORE_WORDS.has(word!)
  );
}
