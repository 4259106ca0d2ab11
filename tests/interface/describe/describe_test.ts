/** Descriptions: Markdown and HTML. */
import { assert, assertEquals } from "@std/assert";
import { renderHtml, renderMarkdown } from "../../../interface/describe/mod.ts";
import {
  body,
  defineInterface,
  type InterfaceDefinition,
  type StreamDefinition,
} from "../../../interface/mod.ts";
import { schemaText } from "../../../interface/describe/schema_text.ts";
import { Camera } from "../support/camera.ts";
import { Zod } from "../support/schemas.ts";

const Evil = defineInterface({
  name: "Evil",
  doc:
    "A <script>alert(1)</script> & `code <b>`.\n\nA second *paragraph*.\n\n * one\n * two\n   goes on\n\n# A heading\n\n[a](https://example.com/) [b](javascript:alert(1)) ![c](https://example.com/c.png)\n\n| x |\n| - |\n| a cell |\n",
  services: { a: { id: 1, request: body<string>('Vec<"T">') } },
});

const EVERYTHING: InterfaceDefinition = {
  ...Camera.definition,
  services: Camera.definition.services.map((service) => ({
    ...service,
    requestUpdates: service.requestUpdates.map((update) => ({
      ...update,
      hidden: true,
    })),
  })),
};

Deno.test("Markdown names everything, in order", () => {
  const lines = renderMarkdown(Camera.definition).split("\n");
  const headings = lines.filter((line) => line.startsWith("#"));
  assertEquals(headings, [
    "# Camera",
    "## Services",
    "### name (1)",
    "### record (2)",
    "#### Request updates",
    "##### cancel (1)",
    "##### exposure (2)",
    "#### Response updates",
    "##### state (1)",
    "##### image (2)",
    "## Streams",
    "### temperature (1)",
    "### tick (2)",
  ]);
  assert(lines.includes("Stops the recording."));
  assert(lines.includes("Request: `Recording`"));
  assert(lines.includes("Response: plain bytes"));
});

Deno.test("Markdown has JSON Schemas in code blocks", () => {
  const markdown = renderMarkdown(Zod.definition);
  const [, block] = /```json\n([^]*?)\n```/.exec(markdown) ?? [];
  assertEquals(JSON.parse(block!), Zod.definition.services[0]!.request.schema);
});

Deno.test("Hidden items are left out, unless they are asked for", () => {
  for (const render of [renderMarkdown, renderHtml]) {
    const text = render(EVERYTHING);
    assert(!text.includes("reset"));
    assert(!text.includes("cancel"));
    assert(!text.includes("Request updates"));
    const all = render(EVERYTHING, { hidden: true });
    assert(all.includes("reset"));
    assert(all.includes("cancel"));
    assert(all.includes("hidden"));
  }
});

Deno.test("HTML is a page of its own, with nothing in it that runs", () => {
  const html = renderHtml(Evil.definition);
  assert(html.startsWith("<!DOCTYPE html>"));
  for (const part of ["<script", "<img", "javascript:", "<link", "@import"]) {
    assert(!html.includes(part), part);
  }
  assertEquals(
    [...html.matchAll(/(?:src|href)="(?!#)([^"]*)"/g)].map(([, to]) => to),
    [
      "https://example.com/",
      "",
      "https://example.com/c.png",
    ],
  );
  for (
    const part of [
      "A &lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>code &lt;b&gt;</code>.",
      "<p>A second <em>paragraph</em>.</p>",
      "<li>one</li>\n<li>two\ngoes on</li>",
      '<p class="heading">A heading</p>',
      "<td>a cell</td>",
      '<b>a</b>(<span class="type">Vec&lt;&quot;T&quot;&gt;</span>) -&gt; <span',
    ]
  ) assert(html.includes(part), `${part} in\n${html}`);
});

Deno.test("HTML has a signature on a line, and JSON Schemas as types", () => {
  const html = renderHtml(Zod.definition);
  const signature = /<pre class="signature"><code>(.*)<\/code><\/pre>/
    .exec(html)![1]!.replaceAll(/<[^>]*>/g, "");
  assertEquals(
    signature,
    "scale({ width: number, name?: string }) -&gt; { area: number }",
  );
  for (
    const part of [
      "<li><code>width</code> above 0</li>",
      '<b>progress</b>: <span class="type">[number, string]</span>',
      "<li><code>number</code> at most 10</li>",
      "<li><code>string</code> at least 2 characters</li>",
    ]
  ) assert(html.includes(part), `${part} in\n${html}`);
});

Deno.test("HTML of several interfaces has contents that lead to each item", () => {
  const html = renderHtml([EVERYTHING, Zod.definition]);
  assert(html.includes("<title>Camera, Zod</title>"));
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  assertEquals(new Set(ids).size, ids.length);
  const [, contents] = /<nav[^>]*>([^]*)<\/nav>/.exec(html)!;
  const links = [...contents!.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
  assertEquals(links, ids);
  assert(links.includes("Camera.Services.record"));
});

Deno.test("a JSON Schema is told as a type", () => {
  for (
    const [schema, text] of [
      [{ type: "array", items: { enum: ["a", 1] } }, '("a" | 1)[]'],
      [{ type: ["string", "null"] }, "string | null"],
      [
        { type: "object", additionalProperties: { type: "number" } },
        "{ [name]: number }",
      ],
      [{ type: "object", properties: {} }, "{}"],
      [{ allOf: [{ $ref: "#/$defs/A" }, { type: "object" }] }, "A & object"],
      [{ anyOf: [{ type: "number" }, { type: "number" }] }, "number"],
      [true, "unknown"],
    ] as const
  ) assertEquals(schemaText(schema), text);
});

Deno.test("HTML closes what it opens", () => {
  for (const definition of [EVERYTHING, Zod.definition, Evil.definition]) {
    const open: string[] = [];
    const html = renderHtml(definition, { hidden: true });
    for (
      const [tag, close, name] of html.matchAll(/<(\/?)([a-z][a-z\d]*)[^>]*>/g)
    ) {
      if (tag.startsWith("<meta")) continue;
      if (close === "") open.push(name!);
      else assertEquals(open.pop(), name);
    }
    assertEquals(open, []);
  }
});

Deno.test("Names of types and texts of errors are no markup", () => {
  const { definition } = defineInterface({
    name: "X",
    streams: { x: { id: 1, body: body<unknown>("A`<b>`\n# B") } },
  });
  assert(renderMarkdown(definition).includes("Body: `` A`<b>` # B ``\n"));
  const [stream] = definition.streams;
  const other = {
    ...definition,
    streams: [{
      ...stream!,
      // As in JSON that somebody else wrote.
      id: "<script>" as unknown as number,
      body: { kind: "value" as const, schemaError: "no <b>\n# of it" },
    }],
  };
  assert(!renderHtml(other).includes("<script>"));
  assert(
    renderMarkdown(other).includes("(no JSON Schema: no \\<b\\> # of it)"),
  );
});

Deno.test("A description says who sends a stream", () => {
  const { definition } = defineInterface({
    name: "Robot",
    streams: { joints: { id: 1, from: "server" }, jog: { id: 2 } },
  });
  // As it was written before streams had a direction.
  const [, { from: _, ...older }] = definition.streams as [
    unknown,
    StreamDefinition,
  ];
  const written = JSON.parse(JSON.stringify(definition));
  for (const render of [renderMarkdown, renderHtml]) {
    for (const streams of [definition.streams, written.streams]) {
      const text = render({ ...definition, streams });
      const at = [
        text.indexOf("joints"),
        text.indexOf("Sent by the server."),
        text.lastIndexOf("jog"),
        text.indexOf("Sent by the client."),
      ];
      assertEquals(at, at.toSorted((a, b) => a - b));
      assert(!at.includes(-1), text);
    }
    const text = render({
      ...definition,
      streams: [older as StreamDefinition],
    });
    assert(text.includes("Sent by the client."), text);
  }
});
