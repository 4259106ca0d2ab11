import type {
  BodyDefinition,
  ErrorDefinition,
  InterfaceDefinition,
  MessageDefinition,
  ServiceDefinition,
} from "../declare/definition.ts";
import { bodyText, type Markup } from "./body_text.ts";
import { formatText, type Markable, marks } from "./marks.ts";
import { senderText } from "./sender_text.ts";
import { visible } from "../declare/complete_definition.ts";
import type { RenderOptions } from "./render_options.ts";

const MARKUP: Markup = {
  // Names of types and texts of errors come from other libraries. They mustn't become Markdown.
  text: (text) => text.replace(/\s+/g, " ").replace(/[\\`*_<>&[\]]/g, "\\$&"),
  code(name) {
    const longest = Math.max(
      0,
      ...(name.match(/`+/g) ?? []).map((run) => run.length),
    );
    const fence = "`".repeat(longest + 1);
    const gap = longest === 0 ? "" : " ";
    return fence + gap + name.replace(/\s+/g, " ") + gap + fence;
  },
};

/**
 * Describes an interface as a Markdown document. Documentation is Markdown
 * itself, and goes in unchanged.
 *
 * @param definition `definition` of an interface, or what was written of it as JSON.
 */
export function renderMarkdown(
  definition: InterfaceDefinition,
  options: RenderOptions = {},
): string {
  const shown = visible(definition, options);
  const { name, doc, services, streams, errors } = shown;
  const blocks = [`# ${name}`, doc, formatText(shown)];
  if (services.length > 0) blocks.push("## Services");
  for (const service of services) blocks.push(...describeService(service));
  if (streams.length > 0) blocks.push("## Streams");
  for (const stream of streams) {
    blocks.push(`### ${title(stream)}`, stream.doc, senderText(stream));
    blocks.push(...bodyBlocks("Body", stream.body));
  }
  if (errors.length > 0) {
    blocks.push("## Errors", ...errors.flatMap(describeError("###")));
  }
  return blocks.filter((block) => block !== "").join("\n\n") + "\n";
}

function describeService(service: ServiceDefinition): string[] {
  const { doc, request, response, requestUpdates, responseUpdates, errors } =
    service;
  return [
    `### ${title(service)}`,
    doc,
    ...bodyBlocks("Request", request),
    ...bodyBlocks("Response", response),
    ...describeUpdates("Request updates", requestUpdates),
    ...describeUpdates("Response updates", responseUpdates),
    ...(errors.length > 0 ? ["#### Errors"] : []),
    ...errors.flatMap(describeError("#####")),
  ];
}

function describeError(level: string): (error: ErrorDefinition) => string[] {
  return (error) => {
    const { doc, body } = error;
    return [
      `${level} ${title(error)}`,
      doc,
      ...(body.kind === "nothing" ? [] : bodyBlocks("Body, as JSON", body)),
    ];
  };
}

function describeUpdates(
  heading: string,
  updates: readonly MessageDefinition[],
): string[] {
  if (updates.length === 0) return [];
  const blocks = [`#### ${heading}`];
  for (const update of updates) {
    blocks.push(`##### ${title(update)}`, update.doc);
    blocks.push(...bodyBlocks("Body", update.body));
  }
  return blocks;
}

function title(item: Markable): string {
  const beside = marks(item);
  if (beside.length === 0) return item.name;
  return `${item.name} (${beside.join(", ")})`;
}

function bodyBlocks(label: string, body: BodyDefinition): string[] {
  const line = `${label}: ${bodyText(body, MARKUP)}`;
  if (body.schema === undefined) return [line];
  const schema = JSON.stringify(body.schema, null, 2);
  return [line, `\`\`\`json\n${schema}\n\`\`\``];
}
