/** What a declaration of errors may be. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  body,
  bytes,
  defineInterface,
  peerBody,
} from "../../../interface/mod.ts";
import { renderHtml, renderMarkdown } from "../../../interface/describe/mod.ts";
import { toRust, toTypeScript } from "../../../interface/rust/mod.ts";
import { z } from "../support/schemas.ts";
import { Camera } from "./support.ts";

/** Declares past the types. */
function declare(errors: object, services: object = {}): void {
  defineInterface({
    name: "Camera",
    services,
    errors,
  } as unknown as { name: string });
}

Deno.test("Reasons and other words that can't be are no names of errors", () => {
  for (const name of ["failed", "unavailable", "canceled"]) {
    assertThrows(() => declare({ [name]: {} }), TypeError, "is a reason");
    assertThrows(
      () => declare({}, { a: { id: 1, errors: { [name]: {} } } }),
      TypeError,
      "is a reason",
    );
  }
  for (const name of ["deadline-exceeded", "limit-exceeded"]) {
    assertThrows(() => declare({ [name]: {} }), TypeError, name);
  }
  for (const name of ["Busy", "b_c", "b-c", "", "1a", "ü"]) {
    assertThrows(
      () => declare({ [name]: {} }),
      TypeError,
      "begin with a small letter",
    );
  }
  declare({ then: {}, toString: {}, a1B: {} });
});

Deno.test("A name stands for one thing", () => {
  assertThrows(
    () => declare({ a: {} }, { a: { id: 1, errors: { b: {} } } }),
    TypeError,
    "an error and a service with errors with the name a",
  );
  assertThrows(
    () => declare({ a: {} }, { b: { id: 1, errors: { a: {} } } }),
    TypeError,
    "both have an error a",
  );
  declare({ a: {} }, { a: { id: 1 }, b: { id: 2, errors: {} } });
  declare({}, {
    a: { id: 1, errors: { x: {} } },
    b: { id: 2, errors: { x: {} } },
  });
});

Deno.test("Bodies of errors are JSON, and members are known", () => {
  for (const schema of [bytes, peerBody()]) {
    assertThrows(
      () => declare({ a: { body: schema } }),
      TypeError,
      "is JSON, so it can't be of the kind",
    );
  }
  assertThrows(
    () => declare({ a: { body: 5 } }),
    TypeError,
    "must be a Standard Schema",
  );
  assertThrows(() => declare({ a: { id: 1 } }), TypeError, `"id"`);
  assertThrows(() => declare({ a: 5 }), TypeError, "must be an object");
  assertThrows(
    () => declare({}, { a: { id: 1, errors: 5 } }),
    TypeError,
    "must be an object",
  );
});

Deno.test("Classes have the names of their errors, and are frozen in place", () => {
  assertEquals(Object.keys(Camera.errors), ["busy", "gone", "record"]);
  assertEquals(Object.keys(Camera.errors.record), ["dark", "warm"]);
  const { busy } = Camera.errors;
  assertEquals((busy as unknown as { name: string }).name, "busy");
  assert(
    Object.isFrozen(Camera.errors) && Object.isFrozen(Camera.errors.record),
  );
  const error = new busy({ until: 1 });
  assertEquals([error.message, error.reason, error.side], [
    "busy",
    "busy",
    "local",
  ]);
});

const Described = defineInterface({
  name: "Camera",
  extensions: true,
  services: {
    record: {
      id: 1,
      requestUpdates: { stop: { id: 1, cancels: true } },
      errors: { dark: { body: body<number>("Lux"), doc: "No <light>." } },
    },
  },
  errors: {
    busy: { body: z.object({ until: z.number() }) },
    gone: {},
    secret: { hidden: true },
  },
});

Deno.test("A definition has errors, cancels and extensions", () => {
  const { errors, services, extensions } = Described.definition;
  assertEquals(extensions, true);
  assertEquals(services[0]!.errors, [{
    name: "dark",
    doc: "No <light>.",
    hidden: false,
    body: { kind: "value", typeName: "Lux" },
  }]);
  assertEquals(
    errors.map(({ name, hidden, body }) => [name, hidden, body.kind]),
    [
      ["busy", false, "value"],
      ["gone", false, "nothing"],
      ["secret", true, "nothing"],
    ],
  );
  assertEquals(services[0]!.requestUpdates[0]!.cancels, true);
});

Deno.test("Descriptions show errors, and the hidden ones when asked", () => {
  const markdown = renderMarkdown(Described.definition);
  for (
    const part of [
      "Both sides are peers of this library.",
      "##### stop (1, cancels the request)",
      "#### Errors\n\n##### dark\n\nNo <light>.\n\nBody, as JSON: `Lux`",
      "## Errors\n\n### busy\n\nBody, as JSON: a value",
      "### gone\n",
    ]
  ) assert(markdown.includes(part), `${part} in\n${markdown}`);
  const html = renderHtml(Described.definition);
  for (
    const part of [
      "<h4>Errors</h4>\n<dl>\n<dt><code><b>dark</b>: ",
      "No &lt;light&gt;.",
      "<section><h2>Errors</h2>\n",
      '.Errors.busy">busy</a></h3>',
      "1, cancels the request",
    ]
  ) assert(html.includes(part), `${part} in\n${html}`);
  for (const render of [renderMarkdown, renderHtml]) {
    assert(!render(Described.definition).includes("secret"));
    assert(render(Described.definition, { hidden: true }).includes("secret"));
    // Definitions that were written as JSON before there were errors.
    const { errors: _, extensions: __, ...rest } = Described.definition;
    const old = {
      ...rest,
      services: rest.services.map(({ errors: _, ...service }) => service),
    };
    assert(
      !render(old as unknown as typeof Described.definition).includes("Errors"),
    );
  }
});

Deno.test("Rust has errors as comments, and TypeScript has them as they are", () => {
  const rust = toRust(Described.definition);
  for (
    const line of [
      `\t// Error: "busy: message", a line feed, CameraBusy as JSON\n`,
      `\t// Error: "gone: message"\n`,
      `\t\t// Error: "dark: message", a line feed, Lux as JSON\n`,
      "\t\t\t// Cancels the request.\n\t\t\trequest_update 1 stop: (),\n",
    ]
  ) assert(rust.includes(line), `${line} in\n${rust}`);
  const typescript = toTypeScript(Described.definition);
  for (
    const part of [
      "  extensions: true,\n",
      "        stop: {\n          id: 1,\n          cancels: true,\n        },",
      `        dark: {\n          doc: "No <light>.",\n          body: body<Lux>("Lux"),`,
      "    gone: {},\n    secret: {\n      hidden: true,\n    },",
    ]
  ) assert(typescript.includes(part), `${part} in\n${typescript}`);
});
