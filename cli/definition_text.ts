import type {
  ErrorDefinition,
  InterfaceDefinition,
  MessageDefinition,
  ServiceDefinition,
  StreamDefinition,
} from "../interface/declare/definition.ts";
import { bodyTypeText } from "../interface/describe/body_type_text.ts";
import { printable } from "./output/printable.ts";

/** An interface for a terminal: a line for each item, and its documentation below. */
export function definitionText(definition: InterfaceDefinition): string {
  const { name, format, doc, services, streams, errors } = definition;
  return [
    `${name} (${format})`,
    ...docLines(doc, "  "),
    ...services.flatMap(serviceLines),
    ...streams.flatMap(streamLines),
    ...errors.flatMap((error) => errorLines(error, "  ")),
  ].map(printable).join("\n");
}

function serviceLines(service: ServiceDefinition): string[] {
  const { name, id, doc, request, response } = service;
  const asked = request.kind === "nothing" ? "" : bodyTypeText(request);
  return [
    "",
    `  ${name}(${asked}) -> ${bodyTypeText(response)}    service ${id}`,
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
    `    ${direction} ${name}: ${bodyTypeText(body)}    update ${id}`,
    ...docLines(doc, "         "),
  ];
}

function streamLines(
  { name, id, doc, body, from }: StreamDefinition,
): string[] {
  const direction = from === "server" ? "<-" : "->";
  return [
    "",
    `  ${direction} ${name}: ${bodyTypeText(body)}    stream ${id}`,
    ...docLines(doc, "      "),
  ];
}

function errorLines(
  { name, doc, body }: ErrorDefinition,
  indent: string,
): string[] {
  const data = body.kind === "nothing" ? "" : `: ${bodyTypeText(body)}`;
  return [`${indent}! ${name}${data}`, ...docLines(doc, `${indent}  `)];
}

function docLines(doc: string, indent: string): string[] {
  if (doc === "") return [];
  return doc.trim().split("\n").map((line) =>
    indent + line.trim().replaceAll("\t", " ")
  );
}
