import type { InterfaceDefinition } from "../declare/definition.ts";
import { visible } from "../declare/complete_definition.ts";
import { escapeHtml } from "./escape_html.ts";
import { contentsHtml, interfaceHtml } from "./interface_html.ts";
import { DOCUMENT, THEME } from "./page_style.ts";
import type { RenderOptions } from "./render_options.ts";

const LAYOUT = `body {
  display: grid;
  gap: 1.5rem 2.5rem;
  max-width: 84rem;
  margin: 0 auto;
  padding: 1.5rem clamp(1rem, 3vw, 2.5rem) 4rem;
}
body > * { min-width: 0; }
@media (width >= 48rem) {
  body { grid-template-columns: minmax(9rem, 13rem) minmax(0, 1fr); }
  .contents {
    position: sticky;
    top: 1.5rem;
    align-self: start;
    max-height: calc(100vh - 3rem);
    overflow: auto;
  }
}
@media print {
  body { display: block; }
  .contents { display: none; }
  .item { break-inside: avoid; }
}
`;

/**
 * Describes interfaces as one HTML page that needs nothing else: no script, no picture,
 * no network. It has contents, a signature for each item, with JSON Schemas as types, and
 * is light or dark as the reader's system is. Documentation is rendered as Markdown;
 * HTML in it is shown as text.
 *
 * @param definition `definition` of an interface, or what was written of it as JSON; or a
 * list of them.
 */
export function renderHtml(
  definition: InterfaceDefinition | readonly InterfaceDefinition[],
  options: RenderOptions = {},
): string {
  const shown = [definition].flat().map((one) => visible(one, options));
  const title = escapeHtml(shown.map(({ name }) => name).join(", "));
  return [
    "<!DOCTYPE html>",
    `<html lang="en"><head><meta charset="utf-8"><title>${title}</title>`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<style>${THEME}${DOCUMENT}${LAYOUT}</style></head><body>`,
    contentsHtml(shown),
    "<main>",
    ...shown.map(interfaceHtml),
    "</main></body></html>",
    "",
  ].join("\n");
}
