/** Structs and enums of Rust as TypeScript: as serde writes them in JSON. */
import { assert, assertEquals } from "@std/assert";
import { readRust, toTypeScript } from "../../../interface/rust/mod.ts";
import { testWith } from "../../support/permissions.ts";
import { accepts, compiles } from "../../types/support.ts";
import type { Adj, Deep, Event, Failure, Pose, Unt } from "./cell.ts";

const DERIVE = "#[derive(Serialize, Deserialize)]";

/** The declaration of `X` that an interface uses, on one line. */
function typeX(declaration: string, derive = DERIVE): string {
  const text = toTypeScript(readRust(
    `${derive} ${declaration} interface! { interface T { stream 1 x: X, } }`,
  ));
  const found = /export (?:type X|interface X)[^]*?\n(?=\n)/.exec(text)?.[0];
  return found?.replace(/\s+/g, " ").trim() ?? text;
}

function notes(declaration: string, derive = DERIVE): string[] {
  const [reading] = readRust(
    `${derive} ${declaration} interface! { interface T { stream 1 x: X, } }`,
  );
  return reading!.notes.map(({ message }) => message);
}

const RULES: readonly (readonly [string, string, string])[] = [
  ["lowercase", "frame_id", "movingto"],
  ["UPPERCASE", "FRAME_ID", "MOVINGTO"],
  ["PascalCase", "FrameId", "MovingTo"],
  ["camelCase", "frameId", "movingTo"],
  ["snake_case", "frame_id", "moving_to"],
  ["SCREAMING_SNAKE_CASE", "FRAME_ID", "MOVING_TO"],
  ["kebab-case", '"frame-id"', "moving-to"],
  ["SCREAMING-KEBAB-CASE", '"FRAME-ID"', "MOVING-TO"],
];

for (const [rule, field, variant] of RULES) {
  Deno.test(`rename_all = "${rule}" renames as serde does`, () => {
    const all = `#[serde(rename_all = "${rule}")]`;
    assertEquals(
      typeX(`${all} struct X { frame_id: u8 }`),
      `export interface X { ${field}: number; }`,
    );
    assertEquals(
      typeX(`${all} enum X { MovingTo, B(u8) }`).includes(`"${variant}"`),
      true,
    );
  });
}

Deno.test("Structs are objects, lists, what is in them, or null", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["struct X;", "export type X = null;"],
    ["struct X(u64);", "export type X = number;"],
    ["struct X(u64, String);", "export type X = [number, string];"],
    ["struct X {}", "export type X = Record<string, never>;"],
    [
      "pub(crate) struct X { pub(super) r#type: i128, }",
      "export interface X { type: number; }",
    ],
    [
      "struct X<'a, const N: usize> { a: &'a [u8; N] }",
      "export interface X { a: number[]; }",
    ],
    ["#[serde(transparent)] struct X { a: u8 }", "export type X = number;"],
    [
      '#[serde(into = "String", from = "String")] struct X { a: u8 }',
      "export type X = string;",
    ],
    [
      '#[serde(tag = "kind")] struct X { a: u8 }',
      'export interface X { kind: "X"; a: number; }',
    ],
    [
      "#[serde(default)] struct X { a: u8 }",
      "export interface X { a?: number; }",
    ],
    ["type X = Vec<u8>;", "export type X = number[];"],
  ];
  for (const [rust, typescript] of cases) assertEquals(typeX(rust), typescript);
});

Deno.test("Fields are as their attributes say", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["a: Option<u8>", "a: number | null"],
    ["#[serde(default)] a: u8", "a?: number"],
    ['#[serde(default = "make")] a: u8', "a?: number"],
    [
      '#[serde(skip_serializing_if = "Option::is_none")] a: Option<u8>',
      "a?: number | null",
    ],
    ["#[serde(skip_deserializing)] a: u8", "a?: number"],
    ['#[serde(rename = "b c", default)] a: u8', '"b c"?: number'],
    ['#[serde(alias = "b")] a: u8', "a: number"],
    ['#[cfg_attr(feature = "x", serde(rename = "b"))] a: u8', "b: number"],
    ["/// Its doc.\n a: u8", "/** Its doc. */ a: number"],
    ["#[serde(skip)] s: u8, a: u8", "a: number"],
    ["a: std::time::Duration", "a: { secs: number; nanos: number }"],
  ];
  for (const [rust, typescript] of cases) {
    assertEquals(
      typeX(`struct X { ${rust} }`),
      `export interface X { ${typescript}; }`,
    );
  }
});

Deno.test("Enums are as their tags say", () => {
  const variants = "{ A, B(u8), C(u8, bool), D { e: u8 } }";
  assertEquals(
    typeX(`enum X ${variants}`),
    'export type X = | "A" | { B: number } | { C: [number, boolean] } | { D: { e: number } };',
  );
  assertEquals(
    typeX('#[serde(tag = "t")] enum X { A, D { e: u8 } }'),
    'export type X = { t: "A" } | { t: "D"; e: number };',
  );
  assertEquals(
    typeX(`#[serde(tag = "t", content = "c")] enum X ${variants}`),
    'export type X = | { t: "A" } | { t: "B"; c: number } | { t: "C"; c: [number, boolean] } | { t: "D"; c: { e: number } };',
  );
  assertEquals(
    typeX(`#[serde(untagged)] enum X ${variants}`),
    "export type X = null | number | [number, boolean] | { e: number };",
  );
  assertEquals(
    typeX(
      'enum X { #[serde(rename = "a")] A = 1, #[serde(skip)] B, C = 1 << 3 }',
    ),
    'export type X = "a" | "C";',
  );
});

Deno.test("All that is flattened of an Option may be missing", () => {
  const other = `${DERIVE} struct B { x: u8, y: u8 }`;
  const cases: readonly (readonly [string, string])[] = [
    ["b: Option<B>", "{ a: number } & Partial<B>"],
    ["b: Option<Box<B>>", "{ a: number } & Partial<B>"],
    ["b: Maybe", "{ a: number } & Partial<B>"],
    ['#[serde(skip_serializing_if = "f")] b: B', "{ a: number } & Partial<B>"],
    ["b: B", "{ a: number } & B"],
    [
      "b: Option<HashMap<String, u8>>",
      "{ a: number } & Record<string, number>",
    ],
  ];
  for (const [field, type] of cases) {
    const source = `struct X { a: u8, #[serde(flatten)] ${field} }
      ${other} type Maybe = Option<B>;`;
    assertEquals(typeX(source), `export type X = ${type};`);
    assertEquals(
      notes(source),
      type.includes("Partial")
        ? ["All fields of b are written, or none: each of them may be missing"]
        : [],
    );
  }
  assertEquals(
    typeX("struct X { #[serde(flatten)] b: Option<Duration> }"),
    "export interface X { secs?: number; nanos?: number; }",
  );
  // A type of that name doesn't hide the one of TypeScript.
  assertEquals(
    typeX(`struct X { #[serde(flatten)] b: Option<Partial> }
      ${DERIVE} struct Partial { x: u8 }`),
    "export type X = Partial<Partial_>;",
  );
});

Deno.test("Bounds and discriminants with marks in brackets are passed over", () => {
  const X = "export interface X { a: number; }";
  for (
    const rust of [
      "struct X<I> where I: Iterator<Item = u8> { a: u8 }",
      "struct X<I> where I: Iterator<Item = [u8; 3]>, [u8; 2]: Sized { a: u8 }",
      "struct X<I> where I: A<{ 1 + 2 }>, I: Fn(u8) -> u8 { a: u8 }",
      "struct X<const N: usize = { 1 + 2 }> { a: u8 }",
    ]
  ) assertEquals(typeX(rust).replace(/<[IN]>/, ""), X, rust);
  for (
    const rust of [
      "struct X<I>(u8) where I: Iterator<Item = u8>;",
      "type X<I> where I: Iterator<Item = u8> = u8;",
      "type X<I> = u8 where I: Iterator<Item = u8>;",
    ]
  ) assertEquals(typeX(rust), "export type X<I> = number;", rust);
  for (
    const value of [
      "f(1, 2)",
      "[1, 2][0]",
      "{ let a = (1, 2); a.0 }",
      "f::<u8, B<u8>>(1)",
      "1 << 2",
      "(1 < 2) as isize",
    ]
  ) {
    const rust = `enum X { A = 7, B = ${value}, C }`;
    assertEquals(typeX(rust), 'export type X = "A" | "B" | "C";', rust);
    assertEquals(notes(rust), []);
  }
});

Deno.test("What isn't understood is listed with its place", () => {
  assertEquals(notes("struct X { a: other::Y, b: Vec<other::Y> }"), [
    "The type other::Y isn't known: it is unknown",
  ]);
  assertEquals(notes('struct X { #[serde(with = "hex")] a: u8 }'), [
    "serde(with) can't be followed",
  ]);
  assertEquals(notes("struct X { a: u8 }", ""), [
    "The type X doesn't derive serde's traits",
  ]);
  assertEquals(notes('#[serde(rename_all = "odd")] struct X { a: u8 }'), [
    "There is no rule odd in serde",
  ]);
  assertEquals(notes('struct X { #[serde(rename(serialize = "b"))] a: u8 }'), [
    "serde(rename) differs by direction: it is what is written",
  ]);
  assertEquals(notes(`struct Y { a: other::Z } ${DERIVE} struct X;`), []);
  const [reading] = readRust(
    "struct X {\n  a b\n}\ninterface! { interface T { stream 1 x: u8, } }",
  );
  assert(reading!.notes[0]!.message.startsWith("A type can't be read"));
  assertEquals(reading!.notes[0]!.line, 2);
});

Deno.test("Documentation comes over, as comments and as attributes", () => {
  const [reading] = readRust(
    `/// A pose.
    #[doc = "Of a robot."]
    #[doc = include_str!("pose.md")]
    ${DERIVE} struct X { x: f64 }
    interface! { interface T { stream 1 x: X, } }`,
  );
  assert(
    toTypeScript(reading!).includes("/**\n * A pose.\n * Of a robot.\n */"),
    toTypeScript(reading!),
  );
});

Deno.test("What stood before a type that can't be read isn't the next one's", () => {
  assertEquals(
    typeX(
      '#[serde(rename_all = "camelCase")] enum Bad struct X { frame_id: u8 }',
    ),
    "export interface X { frame_id: number; }",
  );
});

Deno.test("Types in functions, impls and macros are no types of the file", () => {
  const [reading] = readRust(`
    fn f() { struct A; } impl B { type C = u8; } macro_rules! m { () => { struct D; } }
    mod e { mod f { pub struct G; } } use a::{b, c};
    interface! { interface T { stream 1 x: u8, } }
  `);
  assertEquals(reading!.types.map(({ name }) => name), ["G"]);
});

testWith(
  "read",
  "the notes of a file are those of what its interface uses",
  async () => {
    const path = new URL("cell.rs", import.meta.url);
    const [reading] = readRust(await Deno.readTextFile(path));
    assertEquals(
      reading!.notes.map(({ line, message }) => `${line}: ${message}`),
      [
        "26: The type DateTime<Utc> isn't known: it is unknown",
        "27: serde(with) can't be followed",
        "49: The type Manual doesn't derive serde's traits",
        "60: The type other::Thing isn't known: it is unknown",
      ],
    );
  },
);

Deno.test("What serde_json writes is of the types", () => {
  compiles(() => {
    accepts<Failure>("NotFound");
    accepts<Failure>({ TooLong: { secs: 1, nanos: 5 } });
    accepts<Failure>({ Both: [1, "x"] });
    accepts<Failure>({ Detail: { code: -5 } });
    accepts<Event>({ type: "moving_to", to_place: 5 });
    accepts<Adj>({ t: "Pair", c: [1, 2] });
    accepts<Unt>({ a: [1, "x"], n: null });
    accepts<Deep>({ only: "x" });
    accepts<Pose<number>["parent"]>(null);
    // @ts-expect-error a variant by another name
    accepts<Failure>("notFound");
    // @ts-expect-error renamed by a rule
    accepts<Pose<number>>({ frame_number: 1 });
  });
});
