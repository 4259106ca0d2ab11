/** Descriptions: Markdown and HTML. */
import { assert, assertEquals } from "@std/assert";
import { renderHtml, renderMarkdown } from "../../../interface/describe/mod.ts";
import {
  body,
  defineInterface,
  type InterfaceDefinition,
  type StreamDefinition,
} from "../../../interface/mod.ts";
import { Camera } from "../support/camera.ts";
import { Zod } from "../support/schemas.ts";

const Evil = defineInterface({
  name: "Evil",
  doc:
    "A <script>alert(1)</script> & `code <b>`.\n\nA second paragraph.\n\n * one\n * two\n   goes on\n",
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
  assert(!html.includes("<script"));
  assert(
    html.includes(
      "A &lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>code &lt;b&gt;</code>.",
    ),
  );
  assert(html.includes("<p>A second paragraph.</p>"));
  assert(html.includes("<li>one</li>\n<li>two goes on</li>"));
  assert(html.includes("<code>Vec&lt;&quot;T&quot;&gt;</code>"));
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
