import { named, type TsType, union } from "./ts_type.ts";

const NUMBERS = new Set(
  ("i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 " +
    "AtomicI8 AtomicI16 AtomicI32 AtomicI64 AtomicIsize " +
    "AtomicU8 AtomicU16 AtomicU32 AtomicU64 AtomicUsize " +
    "NonZeroI8 NonZeroI16 NonZeroI32 NonZeroI64 NonZeroI128 NonZeroIsize " +
    "NonZeroU8 NonZeroU16 NonZeroU32 NonZeroU64 NonZeroU128 NonZeroUsize")
    .split(" "),
);
const BOOLEANS = new Set(["bool", "AtomicBool"]);
const STRINGS = new Set(
  ("String str char Path PathBuf CString CStr " +
    "IpAddr Ipv4Addr Ipv6Addr SocketAddr SocketAddrV4 SocketAddrV6").split(" "),
);

/** Types that serde writes as the value that they hold. */
const TRANSPARENT = new Set(
  ("Box Rc Arc Cow Cell RefCell Mutex RwLock Wrapping Saturating Reverse NonZero")
    .split(" "),
);
const LISTS = new Set(
  "Vec VecDeque LinkedList HashSet BTreeSet BinaryHeap".split(" "),
);
const MAPS = new Set(["HashMap", "BTreeMap"]);

/** Structs of the standard library, as serde writes them. */
const STRUCTS: Readonly<Record<string, readonly string[]>> = {
  Duration: ["secs", "nanos"],
  SystemTime: ["secs_since_epoch", "nanos_since_epoch"],
};

/** Types of crates that serde is used with. */
const CRATES: Readonly<Record<string, TsType>> = {
  "serde_json::Value": named("unknown"),
  "serde_bytes::ByteBuf": { kind: "array", item: named("number") },
  "serde_bytes::Bytes": { kind: "array", item: named("number") },
};

/** Looks up types that aren't of the standard library. */
export interface OtherTypes {
  /** Whether the source declares a type of this name. */
  has(name: string): boolean;
  /** The type at a path, or one that stands for the whole type. */
  get(path: string, args: readonly string[], whole: string): TsType;
}

/** Where paths to types of the standard library begin. */
const STANDARD = new Set(
  "std core alloc collections sync rc net path".split(" "),
);

/** The TypeScript of a Rust type, as serde writes it in JSON. */
export function typeOf(rust: string, others: OtherTypes): TsType {
  const type = rust.replace(/^&\s*(?:'\w+\s*)?(?:mut\s+)?/, "").trim();
  if (type === "()") return named("null");
  if (type.startsWith("[") && type.endsWith("]")) {
    const [item] = split(type.slice(1, -1), ";");
    return { kind: "array", item: typeOf(item ?? "", others) };
  }
  if (type.startsWith("(") && type.endsWith(")")) {
    const inner = type.slice(1, -1);
    const items = split(inner).map((item) => typeOf(item, others));
    // Without a comma it is a type in brackets, and no tuple.
    if (items.length === 1 && !inner.trimEnd().endsWith(",")) return items[0]!;
    return { kind: "tuple", items };
  }
  const parts = /^([\w:]+)(?:<([^]*)>)?$/.exec(type);
  if (parts === null) return others.get(type, [], type);
  const path = parts[1]!;
  const args = split(parts[2] ?? "").filter((item) => !item.startsWith("'"));
  const name = path.split("::").at(-1)!;
  if (Object.hasOwn(CRATES, path)) return CRATES[path]!;
  const [root] = path.split("::");
  const isStandard = root === name ? !others.has(name) : STANDARD.has(root!);
  return (isStandard ? standard(name, args, others) : undefined) ??
    others.get(path, args, type);
}

function standard(
  name: string,
  args: readonly string[],
  others: OtherTypes,
): TsType | undefined {
  const [first, second] = args;
  if (first === undefined) {
    if (BOOLEANS.has(name)) return named("boolean");
    if (STRINGS.has(name)) return named("string");
    if (NUMBERS.has(name)) return named("number");
    const fields = Object.hasOwn(STRUCTS, name) ? STRUCTS[name]! : undefined;
    return fields && object(fields, named("number"));
  }
  const inner = (): TsType => typeOf(first, others);
  if (name === "Option") return union(inner(), named("null"));
  if (TRANSPARENT.has(name)) return inner();
  if (LISTS.has(name)) return { kind: "array", item: inner() };
  if (name === "PhantomData") return named("null");
  if (name === "Range" || name === "RangeInclusive") {
    return object(["start", "end"], inner());
  }
  if (second === undefined) return undefined;
  const other = (): TsType => typeOf(second, others);
  if (MAPS.has(name)) {
    return {
      kind: "generic",
      name: "Record",
      args: [named("string"), other()],
    };
  }
  if (name !== "Result") return undefined;
  return union(object(["Ok"], inner()), object(["Err"], other()));
}

function object(names: readonly string[], type: TsType): TsType {
  return { kind: "object", fields: names.map((name) => ({ name, type })) };
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
