import type {
  ErrorDeclarations,
  ServiceDeclarations,
  StreamDeclarations,
} from "../declare/declaration.ts";
import type { InterfaceDefinition } from "../declare/definition.ts";
import type { Format } from "../formats/format.ts";
import { Interface } from "../interface.ts";
import { declarationOf } from "./declaration_of.ts";

/** An interface that is known only when the program runs: the types of its values are unknown. */
export type DynamicInterface = Interface<
  ServiceDeclarations,
  StreamDeclarations,
  ErrorDeclarations
>;

/** The options of `fromDefinition`. */
export interface FromDefinitionOptions {
  /**
   * Formats that the definition may name besides JSON, raw, CBOR and MessagePack, or
   * in their place.
   */
  formats?: readonly Format[] | undefined;
}

/**
 * Makes an interface of its definition. Values are checked by the JSON Schemas of the
 * definition in both directions, where it has them: what is sent too, as no type has
 * done that.
 *
 * No code is made of schemas, so that it runs on pages whose policy forbids `eval`.
 * But a schema can make a check take long: take definitions only from servers that
 * you trust with that.
 *
 * @example Values are checked before they are sent
 * ```ts
 * import { assertEquals, assertRejects } from "jsr:@std/assert";
 * import { defineInterface } from "jsr:@fizyr/rpc/interface";
 * import { fromDefinition } from "jsr:@fizyr/rpc/interface/dynamic";
 * import { inMemory } from "jsr:@fizyr/rpc/interface/testing";
 *
 * const nothing = { kind: "nothing" } as const;
 * const item = { doc: "", hidden: false };
 * const Lamp = fromDefinition({
 *   ...{ name: "Lamp", ...item, extensions: false, format: "JSON" },
 *   services: [{
 *     ...{ name: "dim", id: 1, ...item, response: nothing },
 *     request: { kind: "value", schema: { type: "number", maximum: 1 } },
 *     ...{ requestUpdates: [], responseUpdates: [], errors: [] },
 *   }],
 *   ...{ streams: [], errors: [] },
 * });
 *
 * const levels: unknown[] = [];
 * await using test = inMemory(Lamp, { dim: (level: unknown) => void levels.push(level) });
 * await test.client.dim!(0.5);
 * await assertRejects(() => test.client.dim!(5), "5 is greater than 1");
 * assertEquals(levels, [0.5]);
 * ```
 * @throws {RpcError} `decode-failed` if it is no definition.
 * @throws {TypeError} If it can't be declared, or its format isn't known.
 * @throws {RangeError} For an id.
 */
export function fromDefinition(
  definition: InterfaceDefinition,
  { formats = [] }: FromDefinitionOptions = {},
): DynamicInterface {
  return new Interface(declarationOf(definition, formats));
}
