/**
 * Values of typed interfaces and of serde: what one writes the other one reads, with
 * `serde_json`, `rmp-serde` and `ciborium`.
 */
import { deadline } from "@std/async";
import { assert, assertEquals } from "@std/assert";
import { cbor, CborFloat } from "../../interface/formats/cbor.ts";
import { msgpack } from "../../interface/formats/msgpack.ts";
import { type Format, json } from "../../interface/mod.ts";
import { bytesOf } from "../interface/formats/support.ts";
import { testWith } from "../support/permissions.ts";
import { NATIVE_PROGRAM, whyNoNative } from "./support/native_program.ts";
import { Program } from "./support/program.ts";
import { HANGS_AFTER } from "../support/hangs_after.ts";

/** A value of a type of Rust, and what comes back where that is another one. */
interface Case {
  readonly type: string;
  readonly sent: unknown;
  readonly received?: unknown;
}

const MAX_SAFE = 2 ** 53 - 1;
const bytes = new Uint8Array([0, 1, 255]);

/** What each format takes. */
const ANY: readonly Case[] = [
  { type: "u8", sent: 255 },
  { type: "u32", sent: 2 ** 32 - 1 },
  { type: "u64", sent: 0 },
  { type: "u64", sent: 1764184999168 },
  { type: "u64", sent: MAX_SAFE },
  { type: "i32", sent: -(2 ** 31) },
  { type: "i32", sent: -0, received: 0 },
  { type: "i64", sent: -1764184999168 },
  { type: "i64", sent: -MAX_SAFE },
  { type: "f64", sent: 0.1 },
  { type: "f64", sent: 1e300 },
  { type: "f32", sent: 0.5 },
  { type: "Vec<f64>", sent: [0.5, -1.25] },
  { type: "bool", sent: true },
  { type: "char", sent: "\ufeff" },
  { type: "String", sent: "\ufeffGröße \u{1f600} \ufffd" },
  { type: "String", sent: "__proto__".repeat(100) },
  { type: "()", sent: null },
  { type: "Option<u64>", sent: null },
  { type: "Option<u64>", sent: 5 },
  { type: "Vec<u8>", sent: [0, 1, 255] },
  { type: "(u32,String)", sent: [5, "five"] },
  {
    type: "BTreeMap<String,u64>",
    sent: JSON.parse('{"__proto__":1,"\ufeffa":2,"a":3}'),
  },
  { type: "Duration", sent: { secs: 1764184999168, nanos: 5 } },
  { type: "Newtype", sent: 5 },
  { type: "Pose", sent: { frameNumber: 1764184999168, label: null } },
  {
    type: "Pose",
    sent: { frameNumber: 1, label: undefined, points: [0.5] },
    received: { frameNumber: 1, label: null, points: [0.5] },
  },
  { type: "External", sent: "Idle" },
  { type: "External", sent: { Moving: 1764184999168 } },
  { type: "External", sent: { Failed: { code: -5 } } },
  { type: "External", sent: { Line: [5, "five"] } },
  { type: "Internal", sent: { type: "Idle" } },
  { type: "Internal", sent: { type: "Moving", to: 1764184999168 } },
  { type: "Adjacent", sent: { type: "Moving", value: 5 } },
  { type: "Untagged", sent: 1764184999168 },
  { type: "Untagged", sent: "five" },
  { type: "Flat", sent: { id: 1, a: 1764184999168 } },
];

const JSON_ONLY: readonly Case[] = [
  { type: "f64", sent: 21 },
  { type: "Unit", sent: null },
  { type: "u128", sent: MAX_SAFE },
  { type: "i128", sent: -MAX_SAFE },
  { type: "BTreeMap<u64,u64>", sent: { "5": 1 } },
  { type: "BTreeMap<bool,u64>", sent: { true: 1 } },
  { type: "ByteBuf", sent: [0, 1, 255] },
];

/** What MessagePack and CBOR have beside JSON. */
const BINARY: readonly Case[] = [
  { type: "u64", sent: 2n ** 64n - 1n },
  { type: "u64", sent: 2n ** 53n },
  { type: "i64", sent: -(2n ** 63n) },
  { type: "u64", sent: 5n, received: 5 },
  { type: "u8", sent: 5n, received: 5 },
  { type: "i64", sent: -5n, received: -5 },
  { type: "Internal", sent: { type: "Moving", to: 2n ** 60n } },
  { type: "Untagged", sent: 2n ** 64n - 1n },
  { type: "Flat", sent: { id: 1, a: 2n ** 60n } },
  { type: "f64", sent: NaN },
  { type: "f64", sent: -Infinity },
  { type: "f32", sent: 0.1, received: Math.fround(0.1) },
  { type: "ByteBuf", sent: bytes },
  { type: "ByteBuf", sent: [0, 1, 255], received: bytes },
  { type: "Vec<u8>", sent: bytes, received: [0, 1, 255] },
  {
    type: "BTreeMap<u64,u64>",
    sent: new Map<number | bigint, number>([[5, 1], [2n ** 60n, 2]]),
    received: { "5": 1, "1152921504606846976": 2 },
  },
  {
    type: "BTreeMap<i64,u64>",
    sent: new Map([[-5, 1]]),
    received: { "-5": 1 },
  },
  {
    type: "BTreeMap<bool,u64>",
    sent: new Map([[true, 1]]),
    received: { true: 1 },
  },
  { type: "BTreeMap<char,u64>", sent: { "ä": 1 } },
];

const u128 = new Uint8Array(16).fill(255);

const MESSAGEPACK: readonly Case[] = [
  { type: "f64", sent: 21 },
  { type: "Vec<f64>", sent: [21, 0.5] },
  // rmp-serde has no other form for them.
  { type: "u128", sent: u128 },
  { type: "u128", sent: 5, received: new Uint8Array(16).fill(5, 15) },
  { type: "i128", sent: u128 },
  { type: "Unit", sent: null, received: [] },
  { type: "Unit", sent: [] },
];

const CBOR: readonly Case[] = [
  { type: "f64", sent: new CborFloat(21), received: 21 },
  { type: "Vec<f64>", sent: [new CborFloat(21), 0.5], received: [21, 0.5] },
  { type: "u128", sent: 2n ** 128n - 1n },
  { type: "u128", sent: 5, received: 5 },
  { type: "i128", sent: -(2n ** 127n) },
  { type: "Unit", sent: null },
];

/** Where serde wants another value, so that the docs have to say it. */
const REFUSED: readonly (readonly [Format, string, unknown])[] = [
  // An integer is no float to ciborium, and a float no integer to any of them.
  [cbor, "f64", 21],
  [cbor, "u64", new CborFloat(21)],
  [json, "u64", 0.5],
  [msgpack, "u64", 2 ** 60],
  // Names of properties are texts.
  [msgpack, "BTreeMap<u64,u64>", { "5": 1 }],
  [cbor, "BTreeMap<u64,u64>", { "5": 1 }],
  // A small bigint is a bignum, which serde doesn't hold back for another look.
  [cbor, "Internal", { type: "Moving", to: 5n }],
  [cbor, "Untagged", 5n],
  // Half of a surrogate pair, which only JSON can write.
  [json, "String", "\ud83d"],
];

const needs = whyNoNative();

async function ask(
  program: Program,
  format: Format,
  type: string,
  value: unknown,
): Promise<string> {
  const body = bytesOf(format, value).toHex();
  await program.say(`${format.name} ${type} ${body}`);
  return (await program.line()) ?? "the end";
}

function interop(name: string, run: (program: Program) => Promise<void>): void {
  const title = `serde: ${name}`;
  if (needs !== null) {
    Deno.test({ name: `${title} [needs ${needs}]`, ignore: true, fn() {} });
    return;
  }
  testWith("run", title, async () => {
    await using program = new Program(NATIVE_PROGRAM, ["values"]);
    await deadline(run(program), HANGS_AFTER);
  });
}

for (
  const [format, cases] of [
    [json, [...ANY, ...JSON_ONLY]],
    [msgpack, [...ANY, ...BINARY, ...MESSAGEPACK]],
    [cbor, [...ANY, ...BINARY, ...CBOR]],
  ] as const
) {
  interop(`reads and writes what ${format.name} does`, async (program) => {
    for (const { type, sent, ...rest } of cases) {
      const answer = await ask(program, format, type, sent);
      const what = `${format.name} ${type} ${Deno.inspect(sent)}`;
      assert(answer.startsWith("ok "), `${what}: ${answer}`);
      const got = format.decode(Uint8Array.fromHex(answer.slice(3)));
      const expected = "received" in rest ? rest.received : sent;
      assertEquals(got, expected, what);
    }
  });
}

interop("refuses what the docs warn of", async (program) => {
  for (const [format, type, value] of REFUSED) {
    const answer = await ask(program, format, type, value);
    const what = `${format.name} ${type} ${Deno.inspect(value)}`;
    assert(answer.startsWith("refused "), `${what}: ${answer}`);
  }
});
