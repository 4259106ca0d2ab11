/** What reads texts and values: formats, descriptions, schemas, Rust, captures. */
import { assertEquals } from "@std/assert";
import { renderHtml, renderMarkdown } from "../../../interface/describe/mod.ts";
import { fromDefinition } from "../../../interface/dynamic/mod.ts";
import { cbor } from "../../../interface/formats/cbor.ts";
import { msgpack } from "../../../interface/formats/msgpack.ts";
import {
  readDescription,
  readStats,
} from "../../../interface/introspect/read_description.ts";
import {
  type Format,
  type InterfaceDefinition,
  json,
} from "../../../interface/mod.ts";
import {
  readRust,
  RustSyntaxError,
  toRust,
  toTypeScript,
} from "../../../interface/rust/mod.ts";
import { inMemory } from "../../../interface/testing.ts";
import { ipv4, pcap } from "../../cli/capture/packets.ts";
import { fileOf, traceOf } from "../../cli/capture/traces.ts";
import {
  type Bytes,
  documented,
  inputText,
  type Target,
  textBytes,
} from "./target.ts";
import { FRAMES } from "./wire_targets.ts";

const VALUE = {
  frames: 3,
  big: 2 ** 40,
  half: 0.5,
  tags: ["left", "right"],
  none: null,
  is: true,
  nested: { deep: [[[]], {}] },
  bytes: new Uint8Array([1, 2, 3]),
};

const SOURCES = ["camera", "cell", "supermarket"].map((name) =>
  Deno.readTextFileSync(
    new URL(`../../interface/rust/${name}.rs`, import.meta.url),
  )
);

const DEFINITIONS = SOURCES.flatMap((source) =>
  readRust(source).map(({ definition }) => definition)
);

function throughFormat(format: Format, value: unknown): unknown {
  const encoded = format.encode(value);
  const bytes = typeof encoded === "string"
    ? textBytes(encoded)
    : encoded as Bytes;
  return format.decode(bytes);
}

function formatTarget(format: Format): Target {
  const value = format === json ? { ...VALUE, bytes: null } : VALUE;
  const encoded = format.encode(value);
  const good = typeof encoded === "string"
    ? textBytes(encoded)
    : encoded as Bytes;
  return {
    name: format.name,
    corpus: [good],
    words: ["{", "[", "\\ud800", "1e999", '"__proto__":'].map(textBytes),
    run(input) {
      let decoded: unknown;
      try {
        decoded = format.decode(input);
      } catch (error) {
        // What it throws becomes decode-failed, whatever its class; but these say
        // that the program is at fault.
        if (error instanceof ReferenceError) throw error;
        return "decode-failed";
      }
      // What was decoded can be sent on, and is the same from then on: before that, JSON
      // makes null of numbers that are too large, and undefined is left out.
      const once = throughFormat(format, decoded);
      assertEquals(throughFormat(format, once), once);
      return "taken";
    },
  };
}

const description = textBytes(JSON.stringify({
  program: "cell",
  version: "1",
  interfaces: DEFINITIONS.slice(0, 2),
}));

/** The value of JSON; undefined where an input is none. */
function jsonOf(input: Bytes): unknown {
  try {
    return JSON.parse(inputText(input));
  } catch {
    return undefined;
  }
}

const JSON_WORDS = [
  "{",
  "[",
  "null",
  '"',
  "-1",
  "1e999",
  '"__proto__":{},',
  '"schema":{"$ref":"#"},',
  '"kind":"value",',
  '"schema":{"pattern":"("},',
  '"schema":true,',
  '"format":"CBOR",',
].map(textBytes);

const descriptions: Target = {
  name: "descriptions",
  isSlow: true,
  corpus: [description],
  isJson: true,
  words: JSON_WORDS,
  run(input) {
    const value = jsonOf(input);
    if (value === undefined) return "no JSON";
    try {
      for (const definition of readDescription(value).interfaces) {
        renderMarkdown(definition);
        renderHtml(definition);
        toTypeScript(definition);
        toRust(definition);
      }
      return "taken";
    } catch (error) {
      return documented(error, ["decode-failed"]);
    }
  },
};

const STATS = textBytes(JSON.stringify({
  since: "2026-01-01T00:00:00Z",
  interfaces: [],
  connection: {},
}));

const statsAnswers: Target = {
  name: "figures",
  corpus: [STATS],
  isJson: true,
  words: JSON_WORDS,
  run(input) {
    const value = jsonOf(input);
    if (value === undefined) return "no JSON";
    try {
      readStats(value);
      return "taken";
    } catch (error) {
      return documented(error, ["decode-failed"]);
    }
  },
};

const SCHEMAS = [
  { type: "object", properties: { a: { type: "number", maximum: 1 } } },
  {
    type: "array",
    items: { $ref: "#/$defs/x" },
    $defs: { x: { type: "null" } },
  },
  { oneOf: [{ type: "string", pattern: "^a+$" }, { const: 3 }] },
  { $ref: "#" },
  { type: "string", format: "date-time", minLength: 2 },
];

const ITEM = { doc: "", hidden: false };

function definitionOf(schema: unknown): InterfaceDefinition {
  const body = { kind: "value", schema };
  return {
    ...{ name: "Fuzzed", ...ITEM, extensions: false, format: "JSON" },
    services: [{
      ...{ name: "echo", id: 1, ...ITEM, response: body, request: body },
      ...{ requestUpdates: [], responseUpdates: [], errors: [] },
    }],
    ...{ streams: [], errors: [] },
  } as unknown as InterfaceDefinition;
}

const schemas: Target = {
  name: "JSON Schemas",
  isSlow: true,
  corpus: SCHEMAS.map((schema) => textBytes(JSON.stringify(schema))),
  isJson: true,
  words: [
    ...["{", "[", '"$ref":"#",', '"pattern":"(",', '"items":', '"not":{}'],
    ...['"enum":[', '"$ref":"#/nowhere",', '"type":[', '"maximum":"x",'],
  ].map(textBytes),
  async run(input) {
    const schema = jsonOf(input);
    if (schema === undefined) return "no JSON";
    let fuzzed;
    try {
      fuzzed = fromDefinition(definitionOf(schema));
    } catch (error) {
      // As documented: what can't be declared.
      if (error instanceof TypeError || error instanceof RangeError) {
        return error.name;
      }
      return documented(error, ["decode-failed"]);
    }
    const options = { onError: () => {} };
    await using test = inMemory(
      fuzzed,
      { echo: (value: unknown) => value as void },
      options,
    );
    let outcome = "taken";
    for (const value of [{ a: 5 }, [null], "aaa", 3]) {
      try {
        assertEquals(await test.client.echo!(value), value);
      } catch (error) {
        outcome = documented(error, [
          "encode-failed",
          "decode-failed",
          "remote-error",
        ]);
      }
    }
    assertEquals(test.server.stats().openReceivedRequests, 0);
    return outcome;
  },
};

const rust: Target = {
  name: "Rust source",
  isSlow: true,
  corpus: SOURCES.map(textBytes),
  words: [
    ...["interface! {", "service 1 a: () -> (),", '#[serde(tag = "t")]'],
    ...[
      "/*",
      "//",
      '"',
      "'a",
      'r#"',
      "<",
      ">",
      "::",
      "{",
      "}",
      "(",
      "enum A {",
    ],
    ...["struct B(", "pub stream 3 c: Vec<u8>,", "type D<T> = Option<D<T>>;"],
  ].map(textBytes),
  run(input) {
    try {
      for (const { definition } of readRust(inputText(input))) {
        toTypeScript(definition);
        toRust(definition);
      }
      return "taken";
    } catch (error) {
      if (error instanceof RustSyntaxError) return "syntax error";
      throw error;
    }
  },
};

const conversation = [
  { sequence: 99, flags: "S" },
  { from: "server", sequence: 499, flags: "SA" },
  { sequence: 100, payload: FRAMES[0]! },
  { from: "server", sequence: 500, payload: FRAMES[11]! },
  { sequence: 100 + FRAMES[0]!.length, flags: "FA" },
] as const;

const captures: Target = {
  name: "captures",
  corpus: [
    pcap(101, conversation.map((segment) => ipv4(segment))),
    await fileOf([
      { kind: "remark", connection: 1, time: 0, text: "begins" },
      { kind: "end", connection: 1, from: "client", time: 3, error: null },
    ]),
  ],
  words: [],
  async run(input) {
    const { error } = await traceOf(input, { chunk: 64 });
    return error === null ? "taken" : "broken";
  },
};

/** What reads texts and values. */
export const DOCUMENT_TARGETS: readonly Target[] = [
  formatTarget(json),
  formatTarget(msgpack),
  formatTarget(cbor),
  descriptions,
  statsAnswers,
  schemas,
  rust,
  captures,
];
