/** Names of types by the type of Rust that they stand for. */
export type NamedTypes = Map<string, string>;

const NUMBERS = new Set(
  "i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64".split(" "),
);

/** Types that are what is in them, as far as serde goes. */
const TRANSPARENT = new Set([
  "Box",
  "Rc",
  "Arc",
  "Cow",
  "Cell",
  "RefCell",
  "Mutex",
  "RwLock",
]);
const LISTS = new Set([
  "Vec",
  "VecDeque",
  "LinkedList",
  "HashSet",
  "BTreeSet",
  "BinaryHeap",
]);
const MAPS = new Set(["HashMap", "BTreeMap"]);

/**
 * The TypeScript of a Rust type, as serde writes it in JSON. What isn't of the
 * standard library gets a name, which is put into `named`.
 */
export function typeOf(rust: string, named: NamedTypes): string {
  const type = rust.replace(/^&\s*(?:'\w+\s+)?(?:mut\s+)?/, "").trim();
  if (type === "()") return "null";
  if (type.startsWith("[") && type.endsWith("]")) {
    const [item] = split(type.slice(1, -1), ";");
    return `${grouped(typeOf(item ?? "", named))}[]`;
  }
  if (type.startsWith("(") && type.endsWith(")")) {
    const inner = type.slice(1, -1);
    const items = split(inner).map((item) => typeOf(item, named));
    // Without a comma they are nothing but brackets.
    if (items.length === 1 && !inner.trimEnd().endsWith(",")) return items[0]!;
    return `[${items.join(", ")}]`;
  }
  const parts = /^([\w:]+)(?:<([^]*)>)?$/.exec(type);
  if (parts === null) return nameOf(type, named);
  const name = parts[1]!.split("::").at(-1)!;
  const args = split(parts[2] ?? "").filter((item) => !item.startsWith("'"));
  return standard(name, args, named) ?? nameOf(type, named);
}

function standard(
  name: string,
  args: readonly string[],
  named: NamedTypes,
): string | undefined {
  const [first, second] = args;
  if (first === undefined) {
    if (name === "bool") return "boolean";
    if (["String", "str", "char"].includes(name)) return "string";
    return NUMBERS.has(name) ? "number" : undefined;
  }
  if (name === "Option") {
    const inner = typeOf(first, named);
    return inner === "null" ? inner : `${inner} | null`;
  }
  if (TRANSPARENT.has(name)) return typeOf(first, named);
  if (LISTS.has(name)) return `${grouped(typeOf(first, named))}[]`;
  if (second === undefined) return undefined;
  if (MAPS.has(name)) return `Record<string, ${typeOf(second, named)}>`;
  if (name !== "Result") return undefined;
  return `{ Ok: ${typeOf(first, named)} } | { Err: ${typeOf(second, named)} }`;
}

/** A name for a type: its last words, or all of them where those are taken. */
function nameOf(type: string, named: NamedTypes): string {
  const known = named.get(type);
  if (known !== undefined) return known;
  const words = type.replace(/'\w+/g, "").match(/[\w:]+/g) ?? ["Type"];
  const short = words.map((word) => word.split("::").at(-1)!);
  // Maps are written with it.
  const taken = new Set(["Record", ...named.values()]);
  let name = identifier(short);
  if (taken.has(name)) name = identifier(type.match(/\w+/g) ?? short);
  while (taken.has(name)) name += "_";
  named.set(type, name);
  return name;
}

function identifier(words: readonly string[]): string {
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

function grouped(type: string): string {
  return type.includes(" | ") ? `(${type})` : type;
}

/** Splits at the commas, or at another mark, outside of brackets. */
function split(text: string, at: string = ","): string[] {
  const items: string[] = [];
  let depth = 0;
  let item = "";
  for (const character of text) {
    if ("<([".includes(character)) depth++;
    if (">)]".includes(character)) depth--;
    if (character === at && depth === 0) {
      items.push(item.trim());
      item = "";
    } else item += character;
  }
  if (item.trim() !== "") items.push(item.trim());
  return items;
}
