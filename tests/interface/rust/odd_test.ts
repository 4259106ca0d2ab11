/** Rust source that is odd or hostile, and names that Rust or TypeScript can't have. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { body, defineInterface } from "../../../interface/mod.ts";
import {
  readRust,
  RustSyntaxError,
  toRust,
  toTypeScript,
} from "../../../interface/rust/mod.ts";

const declared = (items: string): string =>
  `fizyr_rpc::interface! { pub interface X { ${items} } }`;

/** What TypeScript makes of the type of a stream message. */
function bodyOf(type: string): string | undefined {
  const [reading] = readRust(declared(`stream 1 x: ${type},`));
  return /body<(.*)>\(/.exec(toTypeScript(reading!.definition))?.[1];
}

Deno.test("Literals of any kind are passed over", () => {
  for (
    const before of [
      `const A: [char; 2] = ['😀','"'];`,
      String.raw`const A: &CStr = cr"\";`,
      String.raw`const A: &[u8] = br#"""#;`,
      String.raw`const A: &str = "\\\"";`,
    ]
  ) {
    const source = `${before}\n${declared("stream 1 x: u8,")}\nconst B = '"';`;
    assertEquals(readRust(source).length, 1, before);
  }
});

Deno.test("Strings without an end are refused at once", () => {
  for (const source of ['"' + '\\"'.repeat(1e5), 'r#"'.repeat(1e5)]) {
    assertThrows(() => readRust(source), RustSyntaxError, "1:1: The string");
  }
});

Deno.test("A long string and a long line are no matter", () => {
  assertEquals(readRust(`"${"x".repeat(1e7)}"`), []);
  assertEquals(readRust(`"${"\\n".repeat(1e6)}"`), []);
  assertEquals(readRust("a ".repeat(3e5)), []);
});

Deno.test("Types can't be nested without a limit", () => {
  const nested = (depth: number): string =>
    "Vec<".repeat(depth) + "u8" + ">".repeat(depth);
  assertEquals(bodyOf(nested(100)), "number" + "[]".repeat(100));
  for (const depth of [129, 20_000]) {
    assertThrows(() => bodyOf(nested(depth)), RustSyntaxError, "128 brackets");
  }
});

Deno.test("Lists of lists and types in brackets are what they are", () => {
  assertEquals(bodyOf("Box<[[f32; 3]]>"), "number[][]");
  assertEquals(bodyOf("Box<[Vec<[f32; 3]>]>"), "number[][][]");
  assertEquals(bodyOf("[[f32; 3]; 4]"), "number[][]");
  assertEquals(bodyOf("(String)"), "string");
  assertEquals(bodyOf("(String,)"), "[string]");
});

Deno.test("Names that defineInterface refuses are reported", () => {
  for (const name of ["_x", "größe"]) {
    const source = declared(`stream 1 ${name}: u8,`);
    const [problem, ...others] = readRust(source)[0]!.problems;
    assert(problem?.message.startsWith(`The name ${name} must be`));
    assertEquals(others, []);
  }
  const [reading] = readRust("interface! { interface _X {} }");
  assertEquals(reading!.problems.length, 1);
});

Deno.test("Names of interfaces and types clash with nothing in TypeScript", () => {
  for (const name of ["delete", "body", "bytes", "defineInterface"]) {
    const [reading] = readRust(`interface! { interface ${name} {} }`);
    const text = toTypeScript(reading!.definition);
    assert(text.includes(`export const ${name}_ = defineInterface({`));
    assert(text.includes(`name: "${name}"`));
  }
  const source = "stream 1 x: Record, stream 2 y: HashMap<String, u8>,";
  const text = toTypeScript(readRust(declared(source))[0]!.definition);
  assert(text.includes("export type Record_ = unknown;"));
  assert(text.includes("body<Record<string, number>>"));
});

Deno.test("Stars before the lines of a block of documentation are left out", () => {
  const doc = "/**\n * One\n *\n *   two\n */";
  const [reading] = readRust(declared(`${doc} stream 1 x: u8,`));
  assertEquals(reading!.definition.streams[0]!.doc, "One\n\n  two");
  const list = "/**\n* one\nand\n*/";
  const [other] = readRust(declared(`${list} stream 1 x: u8,`));
  assertEquals(other!.definition.streams[0]!.doc, "* one\nand");
});

Deno.test("Titles that are no type make no broken Rust", () => {
  const titles = ["Width, height", "a<b", "A; B", "State: now", "A (b)", "A)("];
  for (const title of [...titles, "1", "A = B", "A*", "'"]) {
    const { definition } = defineInterface({
      name: "X",
      streams: { x: { id: 1, body: body<unknown>(title) } },
    });
    const [reading] = readRust(toRust(definition));
    const name = reading!.definition.streams[0]!.body.typeName;
    assert(name !== undefined && /^\w*$/.test(name), `${title}: ${name}`);
  }
  for (const title of ["Vec<(u8, &'static str)>", "Box<dyn Fn(u8) -> u8>"]) {
    const { definition } = defineInterface({
      name: "X",
      streams: { x: { id: 1, body: body<unknown>(title) } },
    });
    assert(toRust(definition).includes(`stream 1 x: ${title},`));
  }
});

Deno.test("Names and documentation that Rust can't have are changed", () => {
  const { definition } = defineInterface({
    name: "Self",
    services: { self: { id: 1, doc: "a\r\nb\rc" }, crate: { id: 2 } },
  });
  const rust = toRust(definition);
  assert(rust.includes("pub interface Self_ {"));
  assert(rust.includes("service 1 self_: () -> (),"));
  assert(rust.includes("service 2 crate_: () -> (),"));
  assert(/\/\/\/ a\n\s*\/\/\/ b\n\s*\/\/\/ c\n/.test(rust));
});
