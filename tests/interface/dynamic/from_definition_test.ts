/** Clients and servers that are made of a definition, over every transport. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MessageType, RpcError } from "../../../mod.ts";
import {
  body,
  defineInterface,
  describe,
  type InterfaceDefinition,
  InvalidMessageError,
  serve,
  type ServiceDeclaration,
  TypedSentRequest,
} from "../../../interface/mod.ts";
import {
  type DynamicInterface,
  fromDefinition,
} from "../../../interface/dynamic/mod.ts";
import { jsonSchemaValidator } from "../../../interface/dynamic/json_schema_validator.ts";
import { cbor } from "../../../interface/formats/cbor.ts";
import { inMemory } from "../../../interface/testing.ts";
import { conformance } from "../../support/conformance.ts";
import type { TestPeer } from "../../support/scene.ts";
import { rejectsWith } from "../../support/expect.ts";
import { Camera, handlers } from "../support/camera.ts";
import { z } from "../support/schemas.ts";

const { Request, Response, Stream } = MessageType;

const Lathe = defineInterface({
  name: "Lathe",
  services: {
    turn: {
      id: 1,
      request: z.object({ speed: z.number().max(10), tool: z.string() }),
      response: z.object({ path: z.array(z.object({ x: z.int() })) }),
      errors: { worn: { body: z.object({ tool: z.string() }) } },
    },
  },
  streams: {
    load: { id: 5, from: "server", body: z.number() },
    jog: { id: 6, body: z.number() },
  },
});

/** What a client finds out of a server and its definition. */
async function interfaceOf(peer: TestPeer): Promise<DynamicInterface> {
  const { interfaces } = await describe(peer, { hidden: true });
  return fromDefinition(interfaces[0]!);
}

/** A recording of a client that has no types for it. */
async function record(
  client: ReturnType<DynamicInterface["client"]>,
  request: unknown,
): Promise<TypedSentRequest<ServiceDeclaration>> {
  const recording: unknown = await client.record!(request);
  assert(recording instanceof TypedSentRequest);
  return recording;
}

conformance(
  "a client of a description calls, takes updates, sends them and streams",
  async (scene) => {
    const [peer, server] = await scene.pair();
    const temperatures: unknown[] = [];
    const exposures: unknown[] = [];
    serve(
      server,
      Camera.implement({
        ...handlers,
        record: async (_body, request) => {
          for await (const { name, body } of request.updates()) {
            exposures.push([name, body]);
            await request.send.state({ frame: 1, frames: 1 });
            break;
          }
          return new Uint8Array([7]);
        },
        temperature: (value) => void temperatures.push(value),
      }),
      { describe: true },
    );
    const camera = (await interfaceOf(peer)).client(peer);
    assertEquals(await camera.name!(undefined), "camera");
    await camera.temperature!(21.5);
    const recording = await record(camera, { frames: 1 });
    await recording.send.exposure!(0.5);
    const updates = await Array.fromAsync(recording.updates());
    assertEquals(updates, [{ name: "state", body: { frame: 1, frames: 1 } }]);
    assertEquals(await recording.response(), new Uint8Array([7]));
    assertEquals(exposures, [["exposure", 0.5]]);
    assertEquals(temperatures, [21.5]);
  },
);

conformance("what is sent is checked by the JSON Schema", async (scene) => {
  const [peer, raw] = await scene.raw();
  const lathe = fromDefinition(Lathe.definition).client(peer);
  const wrong: [unknown, string][] = [
    [{ speed: "fast", tool: "a" }, 'speed: Instance type "string" is invalid'],
    [{ speed: 11, tool: "a" }, "speed: 11 is greater than 10"],
    [{ speed: 1 }, "tool"],
    [undefined, "undefined"],
  ];
  for (const [value, text] of wrong) {
    const error = await rejectsWith("encode-failed", () => lathe.turn!(value));
    assert(error.message.startsWith("The body of the request turn of Lathe"));
    assert(error.message.includes(text), error.message);
    assertEquals(error.outcome, "not-sent");
  }
  await rejectsWith("encode-failed", () => lathe.jog!("left"));
  // Nothing of that was sent; a property that JSON leaves out is none.
  await lathe.jog!(1);
  assertEquals(await raw.recvPlain(), [Stream, 0, 6, "1"]);
  const turned = lathe.turn!({ speed: 1, tool: "a", more: undefined });
  const sent = '{"speed":1,"tool":"a"}';
  assertEquals(await raw.recvPlain(), [Request, 0, 1, sent]);
  await raw.send(Response, 0, 1, '{"path":[]}');
  assertEquals(await turned, { path: [] });
});

conformance("what arrives is checked by the JSON Schema", async (scene) => {
  const [peer, raw] = await scene.raw({ onError: () => {} });
  const lathe = fromDefinition(Lathe.definition).client(peer);
  const turned = lathe.turn!({ speed: 1, tool: "a" });
  await raw.recv();
  await raw.send(Response, 0, 1, '{"path":[{"x":1},{"x":0.5}]}');
  const error = await assertRejects(() => turned, InvalidMessageError);
  assertEquals(error.issues.map(({ path }) => path), [["path", 1, "x"]]);
});

conformance("declared errors arrive with their bodies", async (scene) => {
  const [peer, raw] = await scene.raw();
  const Dynamic = fromDefinition(Lathe.definition);
  const turned = Dynamic.client(peer).turn!({ speed: 1, tool: "a" });
  await raw.recv();
  await raw.send(Response, 0, -1, 'worn: It is blunt\n{"tool":"a"}');
  const error: unknown = await turned.catch((error: unknown) => error);
  assert(error instanceof RpcError);
  assertEquals([error.reason, error.data], ["worn", { tool: "a" }]);
});

conformance(
  "the bodies of declared errors are checked before they are sent",
  async (scene) => {
    const errors: unknown[] = [];
    const [peer, server] = await scene.pair({
      right: { onError: (error) => errors.push(error) },
    });
    const Dynamic = fromDefinition(Lathe.definition);
    const { worn } = Dynamic.errors.turn as unknown as {
      worn: new (body: unknown, message: string) => RpcError;
    };
    let body: unknown = { tool: 1 };
    Dynamic.serve(
      server,
      {
        turn: () => {
          throw new worn(body, "It is blunt");
        },
        jog: () => {},
      } as never,
    );
    const request = { speed: 1, tool: "a" };
    const lathe = Lathe.client(peer);
    const failed = await rejectsWith("remote-error", () => lathe.turn(request));
    assertEquals(failed.responseText, "failed: It is blunt");
    const [reported] = errors;
    assert(reported instanceof RpcError);
    assertEquals(reported.code, "encode-failed");
    assert(reported.message.includes("tool"), reported.message);
    body = { tool: "a" };
    const error = await assertRejects(
      () => lathe.turn(request),
      Lathe.errors.turn.worn,
    );
    assertEquals(error.data, { tool: "a" });
    assertEquals(errors.length, 1);
  },
);

conformance("streams of the server can be subscribed to", async (scene) => {
  const [peer, server] = await scene.pair();
  const lathe = fromDefinition(Lathe.definition).client(peer);
  const subscribe = lathe.load as unknown as () => AsyncIterableIterator<
    unknown
  >;
  const loads = subscribe();
  await Lathe.streams.load.send(server, 0.5);
  assertEquals((await loads.next()).value, 0.5);
});

Deno.test("the definition of what is made of one is the same", () => {
  for (const { definition } of [Camera, Lathe]) {
    assertEquals(fromDefinition(definition).definition, definition);
  }
});

Deno.test("a server can be made of a definition too", async () => {
  await using test = inMemory(fromDefinition(Lathe.definition), {
    turn: () => ({ path: [{ x: 1 }] }),
    jog: () => {},
  } as never);
  const request = { speed: 1, tool: "a" };
  assertEquals(await test.client.turn!(request), { path: [{ x: 1 }] });
});

Deno.test("formats are found by name, or given", async () => {
  const Packed = defineInterface({
    name: "Packed",
    format: cbor,
    services: { echo: { id: 1, request: body(), response: body() } },
  });
  const echo = (value: unknown) => value;
  await using test = inMemory(Packed, { echo });
  const client = fromDefinition(Packed.definition).client(test.peer);
  assertEquals(await client.echo!({ a: 1n }), { a: 1n });
  const own = { ...Packed.definition, format: "own" };
  assertThrows(
    () => fromDefinition(own),
    TypeError,
    "The format of Packed is own, but only JSON, raw, CBOR, MessagePack are known",
  );
  const formats = [{ ...cbor, name: "own" }];
  const given = fromDefinition(own, { formats }).client(test.peer);
  assertEquals(await given.echo!([1]), [1]);
});

Deno.test("a definition that is none is refused", () => {
  const { definition } = Lathe;
  const [turn] = definition.services;
  const wrong: [unknown, string][] = [
    [null, "The definition of an interface is no object"],
    [{ ...definition, services: {} }, "services is no list"],
    [
      { ...definition, services: [{ ...turn, id: "1" }] },
      "services[0]: id is no number",
    ],
    [{ ...definition, services: [turn, turn] }, "a name twice"],
    [
      { ...definition, services: [{ ...turn, name: "__proto__" }] },
      "__proto__",
    ],
    [
      { ...definition, services: [{ ...turn, id: -2147483648 }] },
      "are reserved",
    ],
    [
      { ...definition, services: [{ ...turn, request: { kind: "odd" } }] },
      'no kind of body "odd"',
    ],
  ];
  for (const [value, text] of wrong) {
    const error = assertThrows(
      () => fromDefinition(value as InterfaceDefinition),
      Error,
    );
    assert(error.message.includes(text), error.message);
  }
});

Deno.test("references and places of a schema are understood", () => {
  const schema = {
    $defs: { point: { type: "object", required: ["x"] } },
    type: "object",
    properties: {
      "a/b": { type: "array", items: { $ref: "#/$defs/point" } },
      kind: { anyOf: [{ const: "in" }, { const: "out" }] },
    },
  };
  const check = jsonSchemaValidator(schema);
  assertEquals(check({ "a/b": [{ x: 1 }], kind: "in" }), {
    value: { "a/b": [{ x: 1 }], kind: "in" },
  });
  const { issues = [] } = check({ "a/b": [{ x: 1 }, {}] });
  assertEquals(issues.map(({ path }) => path), [["a/b", 1]]);
});

Deno.test("a schema with the same id twice is a TypeError, whoever it comes from", () => {
  const schema = { properties: { a: { id: "#" } } };
  assertThrows(() => jsonSchemaValidator(schema), TypeError, "Duplicate");
});
