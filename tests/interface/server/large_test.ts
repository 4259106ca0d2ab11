/** An interface of a thousand services: nothing grows with it but the tables. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  body,
  defineInterface,
  type Interface,
  type InterfaceDeclaration,
} from "../../../interface/mod.ts";
import type {
  HandlersOf,
  None,
  ServiceDeclarations,
} from "../../../interface/mod.ts";
import { InterfaceCodec } from "../../../interface/codecs/interface_codec.ts";
import { DeclaredErrors } from "../../../interface/errors/declared_errors.ts";
import { json } from "../../../interface/formats/json.ts";
import { inMemory } from "../../../interface/testing.ts";

const COUNT = 1000;

/** Ids all over the range, in no order. */
function idOf(index: number): number {
  const id = Math.imul(index + 1, 0x9e3779b1) | 0;
  return id === -1 ? 0 : id;
}

function many<T>(make: (index: number) => T): Record<string, T> {
  return Object.fromEntries(
    Array.from({ length: COUNT }, (_, index) => [`item${index}`, make(index)]),
  );
}

const SERVICES = many((index) => ({
  id: idOf(index),
  response: body<number>(),
}));

type Numbers = Record<
  string,
  { readonly id: number; readonly response: ReturnType<typeof body<number>> }
>;

const declaration = { name: "Large", services: SERVICES };
const Large: Interface<Numbers, None> = defineInterface(
  declaration as InterfaceDeclaration<Numbers, None>,
);

Deno.test("Each of a thousand services is answered by its own handler", async () => {
  const handlers: HandlersOf<typeof Large> = many((index) => () => index);
  await using test = inMemory(Large, handlers);
  for (let index = 0; index < COUNT; index++) {
    assertEquals(await test.client[`item${index}`]!(), index);
  }
});

Deno.test("Dispatch is a look-up by id, and asks no declaration", () => {
  let looks = 0;
  // A declaration that counts how often anything of it is looked at.
  const counting = new Proxy(SERVICES as ServiceDeclarations, {
    get: (target, key) => (looks++, Reflect.get(target, key)),
    ownKeys: (target) => (looks++, Reflect.ownKeys(target)),
  });
  const codec = new InterfaceCodec("Counting", counting, {}, json, {
    extensions: false,
    errors: new DeclaredErrors("Counting", counting, {}),
  });
  assertEquals(codec.services.size, COUNT);
  looks = 0;
  for (let index = 0; index < COUNT; index++) {
    assertEquals(codec.services.get(idOf(index))?.name, `item${index}`);
  }
  assertEquals(looks, 0);
});

Deno.test("Clients share their methods: another one costs no new ones", async () => {
  await using test = inMemory(Large, many((index) => () => index));
  const [one, two] = [Large.client(test.peer), Large.client(test.peer)];
  assertStrictEquals(Object.getPrototypeOf(one), Object.getPrototypeOf(two));
  assertEquals(Object.keys(one), []);
  assertEquals(await one["item5"]!(), 5);
});
