/** Keywords that are followed by another word in a type. */
const BEFORE_WORDS = new Set(["const", "dyn", "impl", "mut"]);

/** Whether a name can be written as a type in Rust. The title of a schema can be any text. */
export function isRustType(name: string): boolean {
  if (!/^[\w\s:<>,()[\];&'*+=-]+$/.test(name)) return false;
  if (!/^[A-Za-z_&([<*:]/.test(name) || !/[\w)\]>]$/.test(name)) return false;
  if (/\w\s+\(/.test(name) || !isWhole(name)) return false;
  const pairs = [...name.matchAll(/('?)(\w+)\s+(?=\w)/g)];
  return pairs.every(([, quote, word]) =>
    quote === "'" || BEFORE_WORDS.has(word!)
  );
}

/** Whether all brackets are closed, and all separators are within brackets. */
function isWhole(name: string): boolean {
  const open: string[] = [];
  for (const [mark] of name.matchAll(/->|::|[<>()[\],;:=]/g)) {
    const closing = CLOSING[mark];
    if (closing !== undefined) open.push(closing);
    else if (")]>".includes(mark)) {
      if (open.pop() !== mark) return false;
    } else if (open.length === 0 && ",;:=".includes(mark)) return false;
  }
  return open.length === 0;
}

const CLOSING: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "<": ">",
};
