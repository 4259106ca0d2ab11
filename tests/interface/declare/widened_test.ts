/** Declarations whose type has been widened: nothing is known of their bodies. */
import { assertEquals } from "@std/assert";
import {
  body,
  defineInterface,
  type Handlers,
  type Interface,
  type InterfaceClient,
  type MessageDeclarations,
  type MessageOf,
  type ServiceDeclaration,
  type ServiceDeclarations,
} from "../../../interface/mod.ts";
import { inMemory } from "../../../interface/testing.ts";
import { accepts, compiles, type Equal, holds } from "../../types/support.ts";

type AnyInterface = Interface<ServiceDeclarations, MessageDeclarations>;
type AnyClient = InterfaceClient<ServiceDeclarations, Record<never, never>>;

Deno.test("Bodies of a widened declaration are unknown", () => {
  compiles(async (client: AnyClient, message: MessageOf<AnyInterface>) => {
    holds<Equal<typeof message.body, unknown>>();
    const response = await client.anything!({ frames: 1 });
    holds<Equal<typeof response, unknown>>();
    await client.anything!("a body", { signal: AbortSignal.abort() });
    // @ts-expect-error it may be anything
    response.length;
  });
  compiles(
    (handlers: Handlers<{ a: ServiceDeclaration }, Record<never, never>>) => {
      type Body = Parameters<typeof handlers.a>[0];
      holds<Equal<Body, unknown>>();
      type Result = Awaited<ReturnType<typeof handlers.a>>;
      accepts<Result>("anything");
    },
  );
});

Deno.test("What isn't declared is still nothing", () => {
  const Lamp = defineInterface({
    name: "Lamp",
    services: { on: { id: 1, request: undefined }, off: { id: 2 } },
    streams: { tick: { id: 1, doc: "A tick." } },
  });
  compiles(async () => {
    const { client } = inMemory(Lamp, { on() {}, off() {}, tick() {} });
    const response = await client.on();
    holds<Equal<typeof response, undefined>>();
    // @ts-expect-error it has no body
    await client.on("a body");
    // @ts-expect-error it has no body
    await client.tick(5);
  });
});

Deno.test("A client of a widened interface calls services with and without bodies", async () => {
  const services: ServiceDeclarations = {
    double: { id: 1, request: body<number>(), response: body<number>() },
    nothing: { id: 2 },
  };
  const Doubler = defineInterface({ name: "Doubler", services });
  await using test = inMemory(Doubler, {
    double: (value) => 2 * (value as number),
    nothing: () => undefined,
  });
  const { signal } = new AbortController();
  assertEquals(await test.client.double!(21, { signal }), 42);
  assertEquals(await test.client.nothing!(undefined, { signal }), undefined);
  assertEquals(await test.client.nothing!(undefined), undefined);
});
