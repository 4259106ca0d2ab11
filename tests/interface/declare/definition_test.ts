/** Introspection: an interface as plain data. */
import { assert, assertEquals } from "@std/assert";
import { body, defineInterface } from "../../../interface/mod.ts";
import { Camera } from "../support/camera.ts";
import { Arktype, v, Valibot, z, Zod } from "../support/schemas.ts";

Deno.test("A definition has names, ids, documentation and bodies, in order", () => {
  const { definition } = Camera;
  assertEquals(
    definition.services.map(({ name, id, hidden }) => [name, id, hidden]),
    [
      ["name", 1, false],
      ["record", 2, false],
      ["reset", -2, true],
    ],
  );
  assertEquals(definition.services[1], {
    name: "record",
    id: 2,
    doc: "Records frames.",
    hidden: false,
    request: { kind: "value", typeName: "Recording" },
    response: { kind: "bytes" },
    requestUpdates: [
      {
        name: "cancel",
        id: 1,
        doc: "Stops the recording.",
        hidden: false,
        body: { kind: "nothing" },
      },
      {
        name: "exposure",
        id: 2,
        doc: "",
        hidden: false,
        body: { kind: "value", typeName: "f64" },
      },
    ],
    responseUpdates: [
      {
        name: "state",
        id: 1,
        doc: "",
        hidden: false,
        body: { kind: "value", typeName: "State" },
      },
      { name: "image", id: 2, doc: "", hidden: false, body: { kind: "bytes" } },
    ],
    errors: [],
  });
  assertEquals(definition.streams.map(({ name, body }) => [name, body.kind]), [
    ["temperature", "value"],
    ["tick", "nothing"],
  ]);
});

Deno.test("A definition is plain data", () => {
  for (const { definition } of [Camera, Zod, Valibot, Arktype]) {
    assertEquals(JSON.parse(JSON.stringify(definition)), definition);
  }
});

Deno.test("The JSON Schema is there where the library gives one", () => {
  for (const { definition } of [Zod, Arktype]) {
    const { schema } = definition.services[0]!.request;
    assertEquals(schema?.["type"], "object");
    assertEquals(schema?.["required"], ["width"]);
  }
  // Valibot has it in a package of its own, which wraps the schema.
  assertEquals(Valibot.definition.services[0]!.request, { kind: "value" });
});

Deno.test("The title of a schema is the name of its type", () => {
  const { definition } = defineInterface({
    name: "Titles",
    services: { a: { id: 1, request: z.number().meta({ title: "Degrees" }) } },
  });
  assertEquals(definition.services[0]!.request.typeName, "Degrees");
});

Deno.test("The JSON Schema is of what is sent", () => {
  const { definition } = defineInterface({
    name: "Sent",
    services: { a: { id: 1, response: z.string().transform(Number) } },
  });
  assertEquals(definition.services[0]!.response.schema?.["type"], "string");
});

Deno.test("A schema without a JSON Schema says why", () => {
  const { definition } = defineInterface({
    name: "None",
    services: {
      a: {
        id: 1,
        request: z.date(),
        response: v.date(),
        requestUpdates: { b: { id: 1, body: body() } },
      },
    },
  });
  const { request, response, requestUpdates } = definition.services[0]!;
  assert(request.schemaError?.includes("Date"));
  assertEquals(response, { kind: "value" });
  assertEquals(requestUpdates[0]!.body, { kind: "value" });
});
