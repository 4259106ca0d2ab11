import { micromark } from "micromark";
import { gfmTable, gfmTableHtml } from "micromark-extension-gfm-table";

/**
 * Renders Markdown. HTML in it is shown as text, links lead only to the web and to mail,
 * and images become links to them, as a page loads nothing.
 */
export function docToHtml(doc: string): string {
  const html = micromark(doc, {
    extensions: [gfmTable(), { disable: { null: ["labelStartImage"] } }],
    htmlExtensions: [gfmTableHtml()],
  });
  // Its headings would stand beside those of the page. No text has a `<`, as it is escaped.
  return html.replace(/<h[1-6]>/g, '<p class="heading">')
    .replace(/<\/h[1-6]>/g, "</p>");
}
