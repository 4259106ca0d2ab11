/**
 * Descriptions of typed interfaces for people: Markdown, and HTML pages.
 *
 * `fizyr describe camera.ts --format markdown` does it on the command line.
 *
 * @example A Markdown document
 * ```ts
 * import { assert } from "jsr:@std/assert";
 * import { body, defineInterface } from "jsr:@fizyr/rpc/interface";
 * import { renderMarkdown } from "jsr:@fizyr/rpc/interface/describe";
 *
 * const Camera = defineInterface({
 *   name: "Camera",
 *   services: { name: { id: 1, doc: "What it is called.", response: body<string>() } },
 * });
 * assert(renderMarkdown(Camera.definition).includes("### name (1)"));
 * ```
 *
 * @module
 */
export { renderHtml } from "./html.ts";
export { renderMarkdown } from "./markdown.ts";
export type { RenderOptions } from "./render_options.ts";
