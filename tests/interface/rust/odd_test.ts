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
  assertEquals(readRust(`"${"x".repeat(1e6)}"`), []);
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

Deno.test("Titles that Rust can't have give the body the name of its service", () => {
  const titled = (name: string, title: string): string => {
    const { definition } = defineInterface({
      name: "X",
      services: { [name]: { id: 1, request: body<unknown>(title) } },
    });
    const rust = toRust(definition);
    return /: (.*) -> /.exec(rust)?.[1] ?? rust;
  };
  for (
    const title of [
      ..."match,Self,crate,dyn,_,3D pose,3D,位置,(3),&,Vec<match>,Vec<3D>"
        .split(","),
      ..."const u8;mut T;true;crate::type;<u8 as T>;A<,>;[u8; 3D]".split(";"),
      "[".repeat(1e5),
    ]
  ) {
    const name = titled("fooBar", title);
    assert(/^[A-Z]\w*$/.test(name) && name !== "Self", `${title}: ${name}`);
  }
  assertEquals(titled("fooBar", "3D pose"), "FooBarRequest");
  assertEquals(titled("fooBar", "match"), "Match");
  assertEquals(titled("fooBar", "pose in 3D"), "PoseIn3D");
  for (
    const title of [
      "&'a mut [u8]",
      "*const u8",
      "[[f64; 4]; N * 2]",
      "fn(u8, &str) -> ()",
      "Box<dyn for<'a> Fn(&'a u8) -> i32 + Send>",
      "<Vec<u8> as IntoIterator>::Item",
      "::std::collections::HashMap<String, (u8,)>",
      "crate::Matrix<3, true, f32>",
      "Box<dyn Iterator<Item = u8> + 'static>",
      "super::super::T",
    ]
  ) assertEquals(titled("fooBar", title), title);
});

Deno.test("No two items and no two types have the same name in Rust", () => {
  const { definition } = defineInterface({
    name: "X",
    services: {
      fooBar: { id: 1, request: body(), response: body<unknown>("A b") },
      foo_bar: { id: 2, request: body(), response: body<unknown>("A-b") },
      foo_bar_2: { id: 3, response: body<unknown>("A b") },
      type: { id: 4, request: body<unknown>("RawBytes") },
      type_: { id: 5, request: body<unknown>("FooBarRequest") },
      self: { id: 6 },
      close: { id: 7 },
      sendImage: {
        id: 8,
        requestUpdates: { aB: { id: 1 }, a_b: { id: 2 } },
        responseUpdates: { aB: { id: 1 } },
      },
    },
    streams: { image: { id: 1 }, foo_Bar: { id: 2 } },
  });
  const rust = toRust(definition);
  const lines = [...rust.matchAll(/^\s*(\w+ \d \w+: .*[^,{\s])/gm)];
  assertEquals(lines.map(([, line]) => line), [
    "service 1 foo_bar: FooBarRequest2 -> AB",
    "service 2 foo_bar_2: FooBarRequest3 -> AB2",
    "service 3 foo_bar_2_2: () -> AB",
    "service 4 type_: RawBytes2 -> ()",
    "service 5 type__2: FooBarRequest -> ()",
    "service 6 self_2: () -> ()",
    "service 7 close_2: () -> ()",
    "service 8 send_image: () -> ()",
    "request_update 1 a_b: ()",
    "request_update 2 a_b_2: ()",
    "response_update 1 a_b: ()",
    "stream 1 image_2: ()",
    "stream 2 foo_Bar_3: ()",
  ]);
  assertEquals(readRust(rust)[0]!.problems, []);
});

Deno.test("Escapes that are no character are refused, with their place", () => {
  for (const escape of ["110000", "d800", "ffffffffff", "_"]) {
    assertThrows(
      () => readRust(`${declared("")}\n const A: &str = "\\u{${escape}}";`),
      RustSyntaxError,
      `2:18: The string has \\u{${escape}} in it, which is no character`,
    );
  }
  assertEquals(readRust(String.raw`const A: &str = "\u{10_ffff}\u{e9}";`), []);
});

Deno.test("Names and documentation that Rust can't have are changed", () => {
  const { definition } = defineInterface({
    name: "Self",
    services: { self: { id: 1, doc: "a\r\nb\rc" }, crate: { id: 2 } },
  });
  const rust = toRust(definition);
  assert(rust.includes("pub interface Self_ {"));
  assert(rust.includes("service 1 self_2: () -> (),"));
  assert(rust.includes("service 2 crate_: () -> (),"));
  assert(/\/\/\/ a\n\s*\/\/\/ b\n\s*\/\/\/ c\n/.test(rust));
});

Deno.test("Rust has an empty line between two items, and none elsewhere", () => {
  const [reading] = readRust(
    "interface! { pub interface Gripper { service 1 grip: () -> (), stream 2 moved: RawBytes, } }",
  );
  assertEquals(toRust(reading!.definition).split("\n"), [
    "fizyr_rpc::interface! {",
    "\tpub interface Gripper {",
    "\t\tservice 1 grip: () -> (),",
    "",
    "\t\tstream 2 moved: RawBytes,",
    "\t}",
    "}",
    "",
  ]);
});
