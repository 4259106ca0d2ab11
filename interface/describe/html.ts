import type {
  BodyDefinition,
  ErrorDefinition,
  InterfaceDefinition,
  MessageDefinition,
  ServiceDefinition,
  StreamDefinition,
} from "../declare/definition.ts";
import { bodyText, type Markup } from "./body_text.ts";
import { docToHtml, escapeHtml } from "./doc_to_html.ts";
import { formatText, type Markable, marks } from "./marks.ts";
import { senderText } from "./sender_text.ts";
import { visible } from "../declare/visible.ts";
import type { RenderOptions } from "./render_options.ts";

const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; \
margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 14px/1.4 ui-monospace, monospace; background: #8882; }
pre { padding: .5rem; overflow: auto; }
section section { margin-left: 1.5rem; }
.id { color: #888; font-weight: normal; }`;

const MARKUP: Markup = {
  text: escapeHtml,
  code: (name) => `<code>${escapeHtml(name)}</code>`,
};

/**
 * Describes an interface as an HTML page that needs nothing else: no script, no
 * picture, no network. Of the Markdown in documentation, paragraphs, lists, and
 * code within a line are shown as such; the rest is shown as text.
 *
 * @param definition `definition` of an interface, or what was written of it as JSON.
 */
export function renderHtml(
  definition: InterfaceDefinition,
  options: RenderOptions = {},
): string {
  const shown = visible(definition, options);
  const { name, doc, services, streams, errors } = shown;
  const title = escapeHtml(name);
  return [
    "<!DOCTYPE html>",
    `<html lang="en"><head><meta charset="utf-8"><title>${title}</title>`,
    `<style>${STYLE}</style></head><body>`,
    `<h1>${title}</h1>`,
    docToHtml(doc),
    `<p>${escapeHtml(formatText(shown))}</p>`,
    ...section("Services", services.map(serviceHtml)),
    ...section("Streams", streams.map(streamHtml)),
    ...section("Errors", errors.map((error) => errorHtml(error, "h3"))),
    "</body></html>",
    "",
  ].join("\n");
}

function section(heading: string, parts: readonly string[]): string[] {
  return parts.length === 0 ? [] : [`<h2>${heading}</h2>`, ...parts];
}

function serviceHtml(service: ServiceDefinition): string {
  const { doc, request, response, requestUpdates, responseUpdates, errors } =
    service;
  return [
    `<section id="${escapeHtml(service.name)}">`,
    titleHtml(service, "h3"),
    docToHtml(doc),
    bodyHtml("Request", request),
    bodyHtml("Response", response),
    ...updatesHtml("Request updates", requestUpdates),
    ...updatesHtml("Response updates", responseUpdates),
    ...(errors.length > 0 ? ["<h4>Errors</h4>"] : []),
    ...errors.map((error) => errorHtml(error, "h5")),
    "</section>",
  ].join("\n");
}

function updatesHtml(
  heading: string,
  updates: readonly MessageDefinition[],
): string[] {
  if (updates.length === 0) return [];
  return [
    `<h4>${heading}</h4>`,
    ...updates.map((update) => messageHtml(update, "h5")),
  ];
}

function streamHtml(stream: StreamDefinition): string {
  return messageHtml(stream, "h3", [`<p>${senderText(stream)}</p>`]);
}

function messageHtml(
  message: MessageDefinition,
  level: "h3" | "h5",
  more: readonly string[] = [],
): string {
  return [
    "<section>",
    titleHtml(message, level),
    docToHtml(message.doc),
    ...more,
    bodyHtml("Body", message.body),
    "</section>",
  ].join("\n");
}

function errorHtml(
  error: ErrorDefinition,
  level: "h3" | "h5",
): string {
  const { doc, body } = error;
  return [
    "<section>",
    titleHtml(error, level),
    docToHtml(doc),
    ...(body.kind === "nothing" ? [] : [bodyHtml("Body, as JSON", body)]),
    "</section>",
  ].join("\n");
}

function titleHtml(item: Markable, level: string): string {
  const name = escapeHtml(item.name);
  const beside = escapeHtml(marks(item).join(", "));
  const span = beside === "" ? "" : ` <span class="id">${beside}</span>`;
  return `<${level}>${name}${span}</${level}>`;
}

function bodyHtml(label: string, body: BodyDefinition): string {
  const line = `<p>${label}: ${bodyText(body, MARKUP)}</p>`;
  if (body.schema === undefined) return line;
  const schema = escapeHtml(JSON.stringify(body.schema, null, 2));
  return `${line}\n<details><summary>Schema</summary><pre>${schema}</pre></details>`;
}
