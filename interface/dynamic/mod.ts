/**
 * Interfaces that a program has no declaration of: made of their definitions, such as
 * those that `describe` gives.
 *
 * It is an entry of its own because of the library that checks values by JSON Schemas
 * (`@cfworker/json-schema`), which would make a typed client in a page a quarter larger.
 *
 * @example A client of a server that describes itself
 * ```ts
 * import { assertEquals } from "jsr:@std/assert";
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 * import { body, defineInterface, describe } from "jsr:@fizyr/rpc/interface";
 * import { fromDefinition } from "jsr:@fizyr/rpc/interface/dynamic";
 *
 * const [a, b] = MemoryTransport.pair();
 * await using server = Peer.spawn(a);
 * await using peer = Peer.spawn(b);
 * const serving = defineInterface({
 *   name: "Lamp",
 *   services: { dim: { id: 1, request: body<number>(), response: body<number>() } },
 * }).serve(server, { dim: (level) => level / 2 }, { describe: true });
 *
 * const { interfaces: [definition] } = await describe(peer);
 * const lamp = fromDefinition(definition!).client(peer);
 * assertEquals(await lamp.dim!(0.5), 0.25);
 * await peer.close();
 * await serving;
 * ```
 *
 * @module
 */
export {
  type DynamicInterface,
  fromDefinition,
  type FromDefinitionOptions,
} from "./from_definition.ts";
