import { completeDefinition } from "../declare/complete_definition.ts";
import type {
  BodyDefinition,
  ErrorDefinition,
  InterfaceDefinition,
  ItemDefinition,
  MessageDefinition,
  RequestUpdateDefinition,
  ServiceDefinition,
  StreamDefinition,
} from "../declare/definition.ts";
import { isRustType } from "./is_rust_type.ts";
import {
  RAW_BODY,
  RAW_BYTES,
  rustIdentifier,
  toSnakeCase,
  toUpperCamelCase,
} from "./names.ts";

/**
 * Writes the native `interface!` declaration of an interface, with its names in
 * snake_case.
 *
 * Types of bodies have the names that `body<T>("Name")` or the `title` of a JSON
 * Schema give them; without either they are named after the service. You declare
 * them, with `serde` or as your format needs it. Plain bytes are `RawBytes`,
 * the body of the transport is `RawBody`. Streams of the server are left out, with a
 * comment: the macro has streams of the client only. Declared errors are comments
 * too.
 *
 * @example A declaration for the crate
 * ```ts
 * import { assert } from "jsr:@std/assert";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 * import { toRust } from "jsr:@fizyr/rpc/interface/rust";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: { getName: { id: 1, response: body<string>("String") } },
 * });
 * assert(toRust(Camera.definition).includes("service 1 get_name: () -> String,"));
 * ```
 */
export function toRust(definition: InterfaceDefinition): string {
  const { name, services, streams, errors } = completeDefinition(definition);
  const lines = ["fizyr_rpc::interface! {"];
  lines.push(...attributes(definition).map((line) => `\t${line}`));
  lines.push(...errors.map((item) => `\t${errorComment(item, name)}`));
  lines.push(`\tpub interface ${rustIdentifier(name)} {`);
  const items = [...services.map(service), ...streams.map(stream)];
  items.forEach((item, index) => {
    if (index > 0) lines.push("");
    lines.push(...item.map((line) => `\t\t${line}`));
  });
  lines.push("\t}", "}", "");
  return lines.map((line) => line.trimEnd()).join("\n");
}

function service(item: ServiceDefinition): string[] {
  const { name, request, response, requestUpdates, responseUpdates } = item;
  const types = `${type(request, `${name}Request`)} -> ${
    type(response, `${name}Response`)
  }`;
  const head = `${declared("service", item)}: ${types}`;
  const updates = [
    ...requestUpdates.map((update) => requestUpdate(update, name)),
    ...responseUpdates.map((update) =>
      message("response_update", update, name)
    ),
  ];
  const errors = item.errors.map((error) => errorComment(error, name));
  const before = [...attributes(item), ...errors];
  if (updates.length === 0) return [...before, `${head},`];
  const inner = updates.flatMap((lines, index) =>
    // Blank lines between updates, as between services.
    index === 0 ? lines : ["", ...lines]
  );
  return [
    ...before,
    `${head} {`,
    ...inner.map((line) => `\t${line}`),
    "}",
  ];
}

/** The macro has no errors. They are texts, which a program has to write and read itself. */
function errorComment({ name, body }: ErrorDefinition, owner: string): string {
  const text = `// Error: "${name}: message"`;
  if (body.kind === "nothing") return text;
  return `${text}, a line feed, ${type(body, `${owner}_${name}`)} as JSON`;
}

function stream(item: StreamDefinition): string[] {
  if (item.from !== "server") return message("stream", item, "");
  return [
    `// Left out: stream ${item.id} ${
      rustIdentifier(toSnakeCase(item.name))
    }, which the server sends.`,
    "// Here only clients send streams.",
  ];
}

function requestUpdate(
  update: RequestUpdateDefinition,
  service: string,
): string[] {
  const lines = message("request_update", update, service);
  return update.cancels ? ["// Cancels the request.", ...lines] : lines;
}

function message(
  keyword: string,
  item: MessageDefinition,
  service: string,
): string[] {
  const otherwise = service === "" ? item.name : `${service}_${item.name}`;
  const line = `${declared(keyword, item)}: ${type(item.body, otherwise)},`;
  return [...attributes(item), line];
}

function declared(keyword: string, { id, name }: ItemDefinition): string {
  return `${keyword} ${id} ${rustIdentifier(toSnakeCase(name))}`;
}

function attributes(
  { doc, hidden }: Pick<ItemDefinition, "doc" | "hidden">,
): string[] {
  const lines = doc === ""
    ? []
    : doc.split(/\r\n?|\n/).map((line) => `/// ${line}`.trimEnd());
  return hidden ? [...lines, "#[hidden]"] : lines;
}

function type({ kind, typeName }: BodyDefinition, otherwise: string): string {
  switch (kind) {
    case "nothing":
      return "()";
    case "bytes":
      return RAW_BYTES;
    case "peer":
      return RAW_BODY;
    case "value":
      if (typeName !== undefined && isRustType(typeName)) return typeName;
      return toUpperCamelCase(typeName?.replace(/\W+/g, "_") ?? otherwise);
  }
}
