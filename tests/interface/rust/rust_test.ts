/** From Rust's `interface!` to TypeScript and back. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  body,
  defineInterface,
  type Interface,
  type MessageDeclarations,
  type ServiceDeclarations,
} from "../../../interface/mod.ts";
import {
  readRust,
  type RustReading,
  RustSyntaxError,
  toRust,
  toTypeScript,
} from "../../../interface/rust/mod.ts";
import { testWith } from "../../support/permissions.ts";
import { Camera as Everything } from "../support/camera.ts";
import { Zod } from "../support/schemas.ts";
import { Camera } from "./camera.ts";
import { Cell } from "./cell.ts";
import { Supermarket } from "./supermarket.ts";

type AnyInterface = Pick<
  Interface<ServiceDeclarations, MessageDeclarations>,
  "name" | "definition"
>;

/** The TypeScript beside each Rust file was written by `toTypeScript`. */
const PAIRS: readonly (readonly [string, AnyInterface])[] = [
  ["supermarket", Supermarket],
  ["camera", Camera],
  ["cell", Cell],
];

function file(name: string): URL {
  return new URL(name, import.meta.url);
}

/** Reads source with one interface. */
function read(source: string): RustReading {
  const readings = readRust(source);
  assertEquals(readings.length, 1);
  return readings[0]!;
}

function inside(items: string): RustReading {
  return read(`fizyr_rpc::interface! { pub interface Test { ${items} } }`);
}

function messages(items: string): string[] {
  return inside(items).problems.map(({ message }) => message);
}

for (const [name, declared] of PAIRS) {
  testWith(
    "read",
    `the Rust of ${name} is read, and the TypeScript says the same`,
    async () => {
      const { definition, problems } = read(
        await Deno.readTextFile(file(`${name}.rs`)),
      );
      assertEquals(problems, []);
      assertEquals(declared.definition, definition);
    },
  );

  testWith(
    "read",
    `the TypeScript of ${name} is what is written today`,
    async () => {
      const source = await Deno.readTextFile(file(`${name}.rs`));
      assertEquals(
        toTypeScript(readRust(source), { from: "../../../interface/mod.ts" }),
        await Deno.readTextFile(file(`${name}.ts`)),
      );
    },
  );

  testWith(
    "run",
    `the TypeScript of ${name} passes deno fmt as it is written`,
    async () => {
      const readings = readRust(await Deno.readTextFile(file(`${name}.rs`)));
      for (const written of [readings, readings[0]!.definition]) {
        const text = toTypeScript(written);
        assertEquals(await formatted(text), text);
      }
    },
  );

  Deno.test(`${name} comes back from TypeScript to Rust and from there`, () => {
    const rust = toRust(declared.definition);
    const { definition, problems } = read(rust);
    assertEquals(problems, []);
    assertEquals(definition, declared.definition);
    assertEquals(toRust(definition), rust);
  });
}

async function formatted(text: string): Promise<string> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "--ext", "ts", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout } = await process.output();
  assertEquals(code, 0);
  return new TextDecoder().decode(stdout);
}

Deno.test("Names and documentation come over as they are meant", () => {
  const { services, streams } = Supermarket.definition;
  assertEquals(services.map(({ name }) => name), [
    "greetCashier",
    "buyTomatoes",
  ]);
  assertEquals(
    services[0]!.doc,
    "Says hello to the cashier.\n\nThe cashier says hello too.",
  );
  assertEquals(
    services[1]!.doc,
    "Buys tomatoes.\n\n * first comes the price\n * then the money",
  );
  assertEquals(services[1]!.requestUpdates.map(({ name, id }) => [name, id]), [[
    "pay",
    1,
  ], ["runAway", 2]]);
  assertEquals(streams[0]!.body, { kind: "value", typeName: "String" });
});

Deno.test("Ids, hidden items and types come over in all their forms", () => {
  const { hidden, services } = Camera.definition;
  assert(hidden);
  assertEquals(services.map(({ name, id, hidden }) => [name, id, hidden]), [
    ["record", 1, false],
    // It would be get2dSize, and get2d_size on the way back.
    ["get_2d_size", -2000, true],
    ["type", 3, false],
    ["grab", 4, false],
  ]);
  const [record, , type, grab] = services;
  assertEquals(record!.requestUpdates[1]!.id, 16);
  assertEquals(record!.responseUpdates[0]!.doc, "Where it is.");
  assertEquals(record!.responseUpdates[1]!.body, { kind: "bytes" });
  assertEquals(type!.request.typeName, "&'static str");
  assertEquals(grab!.response, { kind: "peer" });
});

Deno.test("Types of the standard library become what serde makes of them", () => {
  const types: [string, string][] = [
    ["bool", "boolean"],
    ["u64", "number"],
    ["char", "string"],
    ["std::string::String", "string"],
    ["Option<u8>", "number | null"],
    ["Vec<Option<f32>>", "(number | null)[]"],
    ["std::collections::BTreeMap<String, Vec<u8>>", "Record<string, number[]>"],
    ["Box<[i8]>", "number[]"],
    ["(u8, (bool, String))", "[number, [boolean, string]]"],
    ["Option<()>", "null"],
    ["Result<u8, String>", "{ Ok: number } | { Err: string }"],
    ["Cow<'a, str>", "string"],
    ["i128", "number"],
    ["std::num::NonZeroU64", "number"],
    ["std::time::Duration", "{ secs: number; nanos: number }"],
    ["Option<Duration>", "{ secs: number; nanos: number } | null"],
    ["std::ops::Range<u64>", "{ start: number; end: number }"],
    ["std::net::IpAddr", "string"],
    ["std::path::PathBuf", "string"],
    ["serde_json::Value", "unknown"],
    ["chrono::Duration", "Duration"],
    ["my::Frame", "Frame"],
    ["Vec<my::Frame<u8>>", "FrameU8[]"],
  ];
  for (const [rust, typescript] of types) {
    const { definition } = inside(`stream 1 x: ${rust},`);
    assertEquals(definition.streams[0]!.body.typeName, rust);
    // A long line has the text on one of its own.
    const text = toTypeScript(definition).replace(
      /\(\n\s*(".*"),\n\s*\)/,
      "($1)",
    );
    assert(text.includes(`body<${typescript}>(${JSON.stringify(rust)})`), text);
  }
});

Deno.test("Types with the same last name get names of their own", () => {
  const text = toTypeScript(
    inside("stream 1 x: a::T, stream 2 y: b::T, stream 3 z: a::T,").definition,
  );
  assert(text.includes("export type T = unknown"));
  assert(text.includes("export type BT = unknown"));
  assertEquals(text.match(/body<T>\("a::T"\)/g)?.length, 2);
});

Deno.test("What defineInterface would refuse is reported, with its place", () => {
  const reading = read(
    "interface! {\n  interface Test {\n    service 1 a: () -> (),\n    service 1 b: () -> (),\n  }\n}",
  );
  assertEquals(reading.problems, [
    { line: 4, column: 5, message: "The id 1 is used by a and b" },
  ]);
  assertEquals(messages("service -1 a: () -> (),"), [
    "The id of a is -1, which is reserved for error responses",
  ]);
  assertEquals(messages("stream 1 a: (), stream 1 b: (),"), [
    "The id 1 is used by a and b",
  ]);
  assertEquals(
    messages(
      "service 1 a: () -> () { request_update 2 b: (), request_update 2 c: (), response_update 2 d: (), response_update -1 e: () }",
    ),
    [
      "The id 2 is used by b and c",
      "The id of e is -1, which is reserved for error responses",
    ],
  );
  assertEquals(messages("stream 2147483648 a: (),"), [
    "The id of a doesn't fit an i32: 2147483648",
  ]);
  assertEquals(messages("service 1 a_b: () -> (), service 2 aB: () -> (),"), [
    "The name aB is used twice",
  ]);
  assertEquals(messages("service 1 a: () -> (), stream 1 a: (),"), [
    "A service and a stream have the name a",
  ]);
  assertEquals(messages("service 1 then: () -> (),"), [
    "The name then is reserved",
  ]);
  assertEquals(messages("service 1 a: () -> (), stream 1 b: (),"), []);
});

Deno.test("Everything outside of interfaces is passed over", () => {
  const source = `
    // interface! { interface A {} }
    /* interface! { /* in another */ interface B {} } */
    //! interface! { interface C {} }
    const S: &str = "interface! { interface D {} } \\" ";
    const R: &str = r#"interface! { interface E {} } " "#;
    const C: char = '"'; const L: &'static str = "'";
    macro_rules! interface { ($($t:tt)*) => {} }
    let interface = 5;
    mod a { fizyr_rpc::interface!( interface F {} ); }
    mod b { interface![ pub(in crate::a) interface G {} ]; }
  `;
  assertEquals(readRust(source).map(({ definition }) => definition.name), [
    "F",
    "G",
  ]);
});

Deno.test("What can't be read says where", () => {
  const bad: [string, string][] = [
    ["interface! { struct A; }", '1:14: Expected "interface", got struct'],
    [
      "interface! { interface A { service a: () -> (), } }",
      "1:36: Expected an id, got a",
    ],
    [
      "interface! { interface A { service 1.5 a: () -> (), } }",
      "1:36: Expected an id, got 1.5",
    ],
    ["interface! { interface A { service 1 a: -> (), } }", "A type is missing"],
    [
      "interface! { interface A { service 1 a: () -> () } }",
      'Expected ",", got }',
    ],
    [
      "interface! { interface A { thing 1 a: (), } }",
      'Expected "stream", got thing',
    ],
    [
      "interface! { interface A { #[cold] stream 1 a: (), } }",
      "1:30: Unknown attribute cold",
    ],
    ["interface! { interface A {", "got the end"],
    [
      "interface! { interface A { service 1 a: Vec<",
      "Expected a type, got the end",
    ],
    ["\n  /* no end", "2:3: The comment has no end"],
  ];
  for (const [source, message] of bad) {
    assertThrows(() => readRust(source), RustSyntaxError, message);
  }
  const { line, column, reason } = assertThrows(
    () => readRust("interface! { struct A; }"),
    RustSyntaxError,
  );
  const parts = [line, column, reason];
  assertEquals(parts, [1, 14, 'Expected "interface", got struct']);
});

Deno.test("What was declared in TypeScript gets types to be declared in Rust", () => {
  const rust = toRust(Zod.definition);
  assert(
    rust.includes("service 1 scale: ScaleRequest -> ScaleResponse {"),
    rust,
  );
  assert(rust.includes("request_update 1 speed: ScaleSpeed,"));
  assert(rust.includes("stream 1 note: Note,"));
  const everything = toRust(Everything.definition);
  assert(everything.includes("\t\t#[hidden]\n\t\tservice -2 reset: () -> (),"));
  assert(everything.includes("service 2 record: Recording -> RawBytes {"));
  assertEquals(read(everything).definition, Everything.definition);
});

Deno.test("Names that Rust or TypeScript would take for something else are marked", () => {
  const { definition } = inside(
    "service 1 r#type: () -> (), service 2 r#match: () -> (),",
  );
  const rust = toRust({
    ...definition,
    services: definition.services.map((service) => ({
      ...service,
      request: { kind: "value", typeName: "A type of mine" },
    })),
  });
  // The macro of the crate fails for `r#type`.
  assert(rust.includes("service 1 type_: ATypeOfMine -> (),"), rust);
  assertEquals(read(rust).definition.services[1]!.name, "match");
});

Deno.test("Several interfaces make one module", () => {
  const source =
    "interface! { interface A { stream 1 x: T, } } interface! { interface B { stream 1 x: T, stream 2 y: RawBytes, } }";
  const text = toTypeScript(
    readRust(source).map(({ definition }) => definition),
  );
  assertEquals(text.match(/^import .*$/gm), [
    'import { body, bytes, defineInterface } from "jsr:@fizyr/rpc/interface";',
  ]);
  assertEquals(text.match(/^export \w+ \w+/gm), [
    "export type T",
    "export const A",
    "export const B",
  ]);
});

Deno.test("Source that is cut off anywhere is read or refused", () => {
  const source = `/* a */ interface! { /// Doc
    pub interface Cut {
      #[doc = "x\\"y"] service 1 a: Vec<(u8, [i8; 4])> -> () { request_update 1 b: &'static str, }
      stream -2 c: r#T, // end
  } } const S: &str = r#"z"#; const C: char = '\\'';`;
  const seen = new Set<string>();
  for (let length = 0; length <= source.length; length++) {
    try {
      seen.add(String(readRust(source.slice(0, length)).length));
    } catch (error) {
      assert(error instanceof RustSyntaxError, String(error));
      seen.add("refused");
    }
  }
  assertEquals([...seen], ["0", "refused", "1"]);
});

Deno.test("Streams of the server are left out of Rust, with a comment", () => {
  const { definition } = defineInterface({
    name: "Robot",
    streams: {
      jointStates: { id: 1, from: "server", body: body<string>("String") },
      jog: { id: 2, body: body<string>("String") },
    },
  });
  const rust = toRust(definition);
  assert(rust.includes("// Left out: stream 1 joint_states"), rust);
  const [read] = readRust(rust);
  assertEquals(read!.definition.streams, definition.streams.slice(1));
});

Deno.test("TypeScript of a definition keeps who sends a stream", () => {
  const { definition } = defineInterface({
    name: "Robot",
    streams: { beat: { id: 1, from: "server" } },
  });
  const [read] = readRust("interface! { interface Robot {} }");
  const text = toTypeScript([{ ...read!, definition }]);
  assert(text.includes('from: "server",'), text);
});
