import { Buffer } from "node:buffer";
import {
  contentsHtml,
  interfaceHtml,
} from "../interface/describe/interface_html.ts";
import { escapeHtml } from "../interface/describe/escape_html.ts";
import { DOCUMENT, THEME } from "../interface/describe/page_style.ts";
import { INSPECTOR_STYLE } from "./inspector_style.ts";
import { PAGE_SCRIPT } from "./page_script.ts";
import type { PageData } from "./snapshot.ts";

const STYLE = THEME + DOCUMENT + INSPECTOR_STYLE;

/** The page, with all that it needs in it. */
export function pageDocument(data: PageData): string {
  const { program, interfaces, address } = data;
  const name = [program.name, program.version].filter((part) => part).join(" ");
  const title = escapeHtml(name || address);
  // No text of JSON can end the element.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – inspector</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header class="top">
<div><strong>${title}</strong> <span class="quiet">${
    escapeHtml(name ? address : "")
  }</span></div>
<nav class="views" aria-label="Views">
<a href="#live">Live</a>
<a href="#interfaces">Interfaces</a>
</nav>
<p id="state" class="badge" role="status">connecting</p>
<p class="badge" id="mode">${
    data.allowCalls ? "calls allowed" : "read-only"
  }</p>
</header>
<ul id="problems">${
    data.problems.map((problem) => `<li>${escapeHtml(problem)}</li>`).join("")
  }</ul>
<main id="live"></main>
<div id="interfaces" hidden>
${contentsHtml(interfaces)}
<main>
${interfaces.map(interfaceHtml).join("\n")}
</main>
</div>
<script type="application/json" id="data">${json}</script>
<script type="module">${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/**
 * The headers of the page: it runs and loads nothing but its own script and style, talks
 * to its own server only, and stands in no frame.
 */
export async function pageHeaders(): Promise<Readonly<Record<string, string>>> {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": [
      "default-src 'none'",
      `script-src '${await hashOf(PAGE_SCRIPT)}'`,
      `style-src '${await hashOf(STYLE)}'`,
      "img-src blob: data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join("; "),
    "cross-origin-opener-policy": "same-origin",
  };
}

async function hashOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return `sha256-${Buffer.from(digest).toString("base64")}`;
}
