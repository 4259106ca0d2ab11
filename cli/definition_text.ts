import type {
  BodyDefinition,
  ErrorDefinition,
  InterfaceDefinition,
  MessageDefinition,
  ServiceDefinition,
  StreamDefinition,
} from "../interface/declare/definition.ts";
import { schemaText } from "./schema_text.ts";

/** An interface for a terminal: a line for each item, and its documentation below. */
export function definitionText(definition: InterfaceDefinition): string {
  const { name, format, doc, services, streams, errors } = definition;
  return [
    `${name} (${format})`,
    ...docLines(doc, "  "),
    ...services.flatMap(serviceLines),
    ...streams.flatMap(streamLines),
    ...errors.flatMap((error) => errorLines(error, "  ")),
  ].join("\n");
}

function serviceLines(service: ServiceDefinition): string[] {
  const { name, id, doc, request, response } = service;
  const asked = request.kind === "nothing" ? "" : bodyText(request);
  return [
    "",
    `  ${name}(${asked}) -> ${bodyText(response)}    service ${id}`,
    ...docLines(doc, "      "),
    ...service.responseUpdates.flatMap((update) => updateLines("<-", update)),
    ...service.requestUpdates.flatMap((update) => updateLines("->", update)),
    ...service.errors.flatMap((error) => errorLines(error, "    ")),
  ];
}

function updateLines(
  direction: "->" | "<-",
  { name, id, doc, body }: MessageDefinition,
): string[] {
  return [
    `    ${direction} ${name}: ${bodyText(body)}    update ${id}`,
    ...docLines(doc, "         "),
  ];
}

function streamLines(
  { name, id, doc, body, from }: StreamDefinition,
): string[] {
  const direction = from === "server" ? "<-" : "->";
  return [
    "",
    `  ${direction} ${name}: ${bodyText(body)}    stream ${id}`,
    ...docLines(doc, "      "),
  ];
}

function errorLines(
  { name, doc, body }: ErrorDefinition,
  indent: string,
): string[] {
  const data = body.kind === "nothing" ? "" : `: ${bodyText(body)}`;
  return [`${indent}! ${name}${data}`, ...docLines(doc, `${indent}  `)];
}

function bodyText({ kind, typeName, schema }: BodyDefinition): string {
  if (kind === "nothing") return "nothing";
  if (kind === "bytes") return "bytes";
  if (kind === "peer") return "body with descriptors";
  if (schema !== undefined) return schemaText(schema);
  return typeName ?? "value";
}

function docLines(doc: string, indent: string): string[] {
  if (doc === "") return [];
  return doc.trim().split("\n").map((line) => indent + line.trim());
}
