import type {
  BodyDefinition,
  ErrorDefinition,
  InterfaceDefinition,
  MessageDefinition,
  ServiceDefinition,
  StreamDefinition,
} from "../declare/definition.ts";
import { bodyTypeText } from "./body_type_text.ts";
import { docToHtml } from "./doc_to_html.ts";
import { escapeHtml } from "./escape_html.ts";
import { formatText, type Markable, marks } from "./marks.ts";
import { type SchemaField, schemaFields } from "./schema_fields.ts";
import { senderText } from "./sender_text.ts";

/** Describes an interface as an element of a page, whatever that looks like. */
export function interfaceHtml(definition: InterfaceDefinition): string {
  const { name, doc, services, streams, errors } = definition;
  return [
    `<article id="${anchor(name)}">`,
    `<header><h1>${escapeHtml(name)}</h1>`,
    docHtml(doc),
    `<p class="quiet">${escapeHtml(formatText(definition))}</p></header>`,
    ...group("Services", services.map((item) => serviceHtml(name, item))),
    ...group("Streams", streams.map((item) => streamHtml(name, item))),
    ...group("Errors", errors.map((item) => errorItemHtml(name, item))),
    "</article>",
  ].join("\n");
}

/** Lists what interfaces have, with links to it. */
export function contentsHtml(
  definitions: readonly InterfaceDefinition[],
): string {
  return [
    `<nav class="contents" aria-label="Contents">`,
    ...definitions.flatMap(({ name, services, streams, errors }) => [
      `<h2>${link(name, name)}</h2>`,
      ...links("Services", name, services),
      ...links("Streams", name, streams),
      ...links("Errors", name, errors),
    ]),
    "</nav>",
  ].join("\n");
}

type Named = { readonly name: string };

function links(
  heading: string,
  parent: string,
  items: readonly Named[],
): string[] {
  if (items.length === 0) return [];
  return [
    `<h3>${heading}</h3>`,
    "<ul>",
    ...items.map(({ name }) => `<li>${link(name, parent, heading, name)}</li>`),
    "</ul>",
  ];
}

function link(text: string, ...to: string[]): string {
  return `<a href="#${anchor(...to)}">${escapeHtml(text)}</a>`;
}

/** Where something stands on the page. A service and a stream may have the same name. */
function anchor(...path: string[]): string {
  return escapeHtml(path.map((part) => encodeURIComponent(part)).join("."));
}

function group(heading: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  return [`<section><h2>${heading}</h2>`, ...items, "</section>"];
}

function serviceHtml(parent: string, service: ServiceDefinition): string {
  const { name, request, response, requestUpdates, responseUpdates, errors } =
    service;
  const beside = [
    ...messagesHtml("Updates it sends", responseUpdates),
    ...messagesHtml("Updates it takes", requestUpdates),
    ...errorsHtml(errors),
  ];
  const data = `data-interface="${escapeHtml(parent)}" data-service="${
    escapeHtml(name)
  }"`;
  return itemHtml(service, anchor(parent, "Services", name), {
    data,
    signature: signatureHtml(name, request, response),
    bodies: [["Request", request], ["Response", response]],
    beside,
  });
}

function signatureHtml(
  name: string,
  request: BodyDefinition,
  response: BodyDefinition,
): string {
  const asked = request.kind === "nothing" ? "" : typeHtml(request);
  return `<b>${escapeHtml(name)}</b>(${asked}) -&gt; ${typeHtml(response)}`;
}

function streamHtml(parent: string, stream: StreamDefinition): string {
  const { name, body } = stream;
  const type = body.kind === "nothing" ? "" : `: ${typeHtml(body)}`;
  return itemHtml(stream, anchor(parent, "Streams", name), {
    signature: `<b>${escapeHtml(name)}</b>${type}`,
    note: senderText(stream),
    bodies: [["Body", body]],
  });
}

function errorItemHtml(parent: string, error: ErrorDefinition): string {
  const { name, body } = error;
  const type = body.kind === "nothing" ? "" : `: ${typeHtml(body)}`;
  return itemHtml(error, anchor(parent, "Errors", name), {
    signature: `<b>${escapeHtml(name)}</b>${type}`,
    bodies: [["Body, as JSON", body]],
  });
}

function itemHtml(
  item: Markable & { readonly doc: string },
  id: string,
  { signature, data = "", note = "", bodies, beside = [] }: {
    readonly signature: string;
    readonly data?: string;
    readonly note?: string;
    readonly bodies: readonly (readonly [string, BodyDefinition])[];
    readonly beside?: readonly string[];
  },
): string {
  return [
    `<section class="item" id="${id}" ${data}>`,
    `<h3><a href="#${id}">${escapeHtml(item.name)}</a>${marksHtml(item)}</h3>`,
    `<div class="columns"><div class="main">`,
    `<pre class="signature"><code>${signature}</code></pre>`,
    docHtml(item.doc),
    ...(note === "" ? [] : [`<p class="quiet">${note}</p>`]),
    ...bodies.map(([label, body]) => fieldsHtml(label, body)),
    "</div>",
    ...(beside.length === 0
      ? []
      : [`<div class="beside">`, ...beside, "</div>"]),
    "</div></section>",
  ].join("\n");
}

function messagesHtml(
  heading: string,
  messages: readonly MessageDefinition[],
): string[] {
  if (messages.length === 0) return [];
  return [
    `<h4>${heading}</h4>`,
    "<dl>",
    ...messages.map((message) => partHtml(message, message.body)),
    "</dl>",
  ];
}

function errorsHtml(errors: readonly ErrorDefinition[]): string[] {
  if (errors.length === 0) return [];
  return [
    "<h4>Errors</h4>",
    "<dl>",
    ...errors.map((error) => partHtml(error, error.body)),
    "</dl>",
  ];
}

function partHtml(
  part: Markable & { readonly doc: string },
  body: BodyDefinition,
): string {
  const type = body.kind === "nothing" ? "" : `: ${typeHtml(body)}`;
  return [
    `<dt><code><b>${escapeHtml(part.name)}</b>${type}</code>${
      marksHtml(part)
    }</dt>`,
    `<dd>${docHtml(part.doc)}${fieldsHtml("Body", body)}</dd>`,
  ].join("\n");
}

function marksHtml(item: Markable): string {
  const beside = marks(item).join(", ");
  return beside === "" ? "" : ` <span class="id">${escapeHtml(beside)}</span>`;
}

function typeHtml(body: BodyDefinition): string {
  return `<span class="type">${escapeHtml(bodyTypeText(body))}</span>`;
}

function docHtml(doc: string): string {
  return doc.trim() === "" ? "" : `<div class="doc">${docToHtml(doc)}</div>`;
}

/** What the signature doesn't tell of a body. */
function fieldsHtml(label: string, body: BodyDefinition): string {
  const { typeName, schema, schemaError } = body;
  if (schemaError !== undefined) {
    return `<p class="quiet">${label}: no JSON Schema, ${
      escapeHtml(schemaError)
    }</p>`;
  }
  if (schema === undefined || isPlain(schema)) return "";
  const called = typeName === undefined
    ? ""
    : `, <code>${escapeHtml(typeName)}</code>`;
  return [
    ...fieldListHtml(schemaFields(schema)),
    `<details><summary>${label}${called}: JSON Schema</summary>`,
    `<pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre></details>`,
  ].join("\n");
}

/** Whether a schema says nothing but its type, which stands in the signature. */
function isPlain(schema: object): boolean {
  return Object.keys(schema).every((key) =>
    key === "$schema" || key === "type"
  );
}

function fieldListHtml(fields: readonly SchemaField[]): string[] {
  if (fields.length === 0) return [];
  return [
    `<ul class="fields">`,
    ...fields.map(({ name, type, limits, description }) => {
      const text = [limits.join(", "), description].filter((part) =>
        part !== ""
      ).join(": ");
      return `<li><code>${escapeHtml(name || type)}</code> ${
        escapeHtml(text)
      }</li>`;
    }),
    "</ul>",
  ];
}
