import type { Prng } from "../prng.ts";
import { type Bytes, inputText, textBytes } from "./target.ts";

/** Values that something may trip over. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 31),
  "",
  "a",
  "__proto__",
  "constructor",
  "\u0000",
  "\ud800",
  "x".repeat(5000),
  "(",
  "#",
  "#/$defs/x",
  "*/ ` ${ <script>",
  [],
  {},
  [[]],
  { $ref: "#" },
  { type: "object", properties: { a: {} }, required: ["a"] },
  { kind: "nothing" },
  { kind: "bytes" },
  { kind: "value", schema: { $ref: "#" } },
  { kind: "value", schema: { pattern: "(" } },
];

/** Changes some of the values of JSON, so that what is behind the parsing is met. */
export function mutateJson(good: Bytes, random: Prng): Bytes {
  let value: unknown = JSON.parse(inputText(good));
  for (let i = random.pick([1, 1, 2, 4]); i > 0; i--) {
    value = mutateValue(value, random);
  }
  return textBytes(JSON.stringify(value));
}

function mutateValue(value: unknown, random: Prng): unknown {
  if (typeof value !== "object" || value === null || random.oneIn(12)) {
    return random.pick(VALUES);
  }
  if (Array.isArray(value)) return mutateList(value, random);
  const entries = Object.entries(value);
  if (entries.length === 0) return { [anyKey(random)]: random.pick(VALUES) };
  const at = random.int(0, entries.length - 1);
  const [key, member] = entries[at]!;
  switch (random.int(0, 7)) {
    case 0:
      entries.splice(at, 1);
      break;
    case 1:
      entries[at] = [anyKey(random), member];
      break;
    case 2:
      entries.push([anyKey(random), random.pick(VALUES)]);
      break;
    case 3:
      // The key of one with the value of another.
      entries[at] = [key, random.pick(entries)[1]];
      break;
    default:
      entries[at] = [key, mutateValue(member, random)];
  }
  return Object.fromEntries(entries);
}

function mutateList(list: readonly unknown[], random: Prng): unknown {
  if (list.length === 0) return [random.pick(VALUES)];
  const at = random.int(0, list.length - 1);
  switch (random.int(0, 5)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return [...list, list[at]];
    case 2:
      return Array<unknown>(200).fill(list[at]);
    default:
      return list.with(at, mutateValue(list[at], random));
  }
}

function anyKey(random: Prng): string {
  return random.pick([
    ...["name", "id", "kind", "schema", "body", "services", "streams"],
    ...["type", "items", "$ref", "pattern", "enum", "maximum", "not", "oneOf"],
    ...["properties", "required", "$defs", "format", "", "a b", "constructor"],
    ...["additionalProperties", "minLength", "const", "allOf", "contains"],
  ]);
}
