import type {
  BodyDefinition,
  InterfaceDefinition,
  ItemDefinition,
  MessageDefinition,
} from "../declare/definition.ts";
import { DeclaredTypes } from "./declared_types.ts";
import type { RustType } from "./rust_types.ts";
import { readTypes } from "./type_parser.ts";
import { tokenize } from "./lexer.ts";
import { RAW_BODY, RAW_BYTES, toCamelCase } from "./names.ts";
import {
  InterfaceParser,
  type RustInterface,
  type RustItem,
  type RustMessage,
} from "./interface_parser.ts";
import { problemsOf, type RustProblem } from "./problems.ts";

/** An interface that Rust source declares. */
export interface RustReading {
  /** The interface, its names in camelCase; the types of bodies as Rust source. */
  readonly definition: InterfaceDefinition;
  /** What `defineInterface` would refuse. */
  readonly problems: readonly RustProblem[];
  /**
   * The parts of the used types that aren't understood, which are `unknown` in
   * TypeScript, and those that it says less exactly.
   */
  readonly notes: readonly RustProblem[];
  /** The structs, enums and aliases of the source, for `toTypeScript`. */
  readonly types: readonly RustType[];
}

/**
 * Reads the `interface!` declarations in Rust source, and the structs and enums that
 * they use, with their attributes of serde. Nothing else of the source is looked at,
 * and macros aren't expanded.
 *
 * Names are given in camelCase where that can be turned back, and as they stand
 * where it can't; `type_` is `type`. `RawBytes` and `RawBody` as types of bodies stand
 * for plain bytes and for the body of the transport.
 *
 * @throws {RustSyntaxError} With line and column, if a declaration can't be read.
 *
 * @example An id that is used twice
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { readRust } from "jsr:@fizyr/rpc/interface/rust";
 *
 * const [reading] = readRust(`
 *   fizyr_rpc::interface! {
 *     pub interface Camera {
 *       service 1 get_name: () -> String,
 *       service 1 reset: () -> (),
 *     }
 *   }
 * `);
 * assertEquals(reading?.definition.services[0]?.name, "getName");
 * assertEquals(reading?.problems[0]?.message, "The id 1 is used by get_name and reset");
 * ```
 */
export function readRust(source: string): RustReading[] {
  const tokens = tokenize(source);
  const { types, problems } = readTypes(tokens);
  const readings: RustReading[] = [];
  tokens.forEach((token, index) => {
    if (token.text !== "interface" || tokens[index + 1]?.text !== "!") return;
    const open = tokens[index + 2];
    if (open === undefined || !"{([".includes(open.text)) return;
    const parsed = new InterfaceParser(tokens, index + 3).parse();
    readings.push({
      definition: definitionOf(parsed),
      problems: problemsOf(parsed),
      notes: [...problems, ...notesOf(parsed, types)],
      types,
    });
  });
  return readings;
}

/** The types an interface uses that can't be turned into TypeScript. */
function notesOf(
  { services, streams }: RustInterface,
  types: readonly RustType[],
): RustProblem[] {
  const declared = new DeclaredTypes(types);
  const messages = [...streams];
  const look = (type: string, place: RustItem): void => {
    if (type !== RAW_BYTES && type !== RAW_BODY) {
      declared.bodyType(type, place);
    }
  };
  for (const service of services) {
    look(service.requestType, service);
    look(service.responseType, service);
    messages.push(...service.requestUpdates, ...service.responseUpdates);
  }
  for (const message of messages) look(message.type, message);
  // Looking at a type can add others to those that are used.
  for (const rust of declared.used.keys()) {
    const type = declared.declared(rust);
    if (type !== undefined) declared.contentOf(type);
  }
  return declared.problems.sort((a, b) =>
    a.line - b.line || a.column - b.column
  );
}

function definitionOf(parsed: RustInterface): InterfaceDefinition {
  const { name, doc, hidden, services, streams } = parsed;
  return {
    name,
    doc,
    hidden,
    extensions: false,
    format: "JSON",
    services: services.map((service) => ({
      ...itemOf(service),
      request: bodyOf(service.requestType),
      response: bodyOf(service.responseType),
      requestUpdates: messagesOf(service.requestUpdates),
      responseUpdates: messagesOf(service.responseUpdates),
      errors: [],
    })),
    // In the crate only clients send streams.
    streams: messagesOf(streams)
      .map((stream) => ({ ...stream, from: "client" as const })),
    errors: [],
  };
}

function messagesOf(messages: readonly RustMessage[]): MessageDefinition[] {
  return messages.map((message) => ({
    ...itemOf(message),
    body: bodyOf(message.type),
  }));
}

function itemOf({ name, id, doc, hidden }: RustItem): ItemDefinition {
  return { name: toCamelCase(name), id, doc, hidden };
}

function bodyOf(type: string): BodyDefinition {
  switch (type) {
    case "()":
      return { kind: "nothing" };
    case RAW_BYTES:
      return { kind: "bytes" };
    case RAW_BODY:
      return { kind: "peer" };
    default:
      return { kind: "value", typeName: type };
  }
}
