const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes any text for HTML, also for attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** The start of a list item. */
const ITEM = /^\s*[*-] +/;

/** Paragraphs, lists and code within a line; anything else is shown as text. */
export function docToHtml(doc: string): string {
  const blocks = doc.trim().split(/\n\s*\n/).filter((block) => block !== "");
  return blocks.map(blockToHtml).join("\n");
}

function blockToHtml(block: string): string {
  const lines = block.split("\n");
  const first = lines.findIndex((line) => ITEM.test(line));
  const before = first < 0 ? lines : lines.slice(0, first);
  const html: string[] = [];
  if (before.length > 0) html.push(`<p>${inline(before.join("\n"))}</p>`);
  if (first >= 0) html.push(listToHtml(lines.slice(first)));
  return html.join("\n");
}

function listToHtml(lines: readonly string[]): string {
  const items: string[] = [];
  for (const line of lines) {
    if (ITEM.test(line)) items.push(line.replace(ITEM, ""));
    else items.push(`${items.pop()} ${line.trim()}`);
  }
  const html = items.map((item) => `<li>${inline(item)}</li>`);
  return `<ul>\n${html.join("\n")}\n</ul>`;
}

function inline(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}
