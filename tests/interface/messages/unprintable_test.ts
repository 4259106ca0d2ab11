/** What is thrown by code of users, and can't be made text. */
import { assert, assertEquals } from "@std/assert";
import {
  defineInterface,
  InvalidMessageError,
} from "../../../interface/mod.ts";
import { inMemory } from "../../../interface/testing.ts";
import type { BodySchema } from "../../../interface/mod.ts";
import { rejectsWith } from "../../support/expect.ts";
import { unprintables } from "../../support/values/unprintables.ts";
import { consoleErrors } from "../../support/console_errors.ts";

/** A schema that fails with a value. */
function failing(value: unknown): BodySchema<number> {
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      validate() {
        throw value;
      },
    },
  };
}

for (const [name, value] of Object.entries(unprintables())) {
  Deno.test(`A schema that throws ${name} refuses the body`, async () => {
    const Lamp = defineInterface({
      name: "Lamp",
      services: { dim: { id: 1, request: failing(value) } },
      streams: { turn: { id: 1, body: failing(value) } },
    });
    const told: unknown[] = [];
    const both = Promise.withResolvers<void>();
    await using test = inMemory(Lamp, { dim() {}, turn() {} }, {
      onInvalid(error) {
        told.push(error);
        if (told.length === 2) both.resolve();
        // The first one is answered all the same.
        throw value;
      },
    });
    await consoleErrors(async () => {
      const error = await rejectsWith(
        "remote-error",
        () => test.client.dim(1),
      );
      assert(error.message.includes("is invalid: "), error.message);
      await test.client.turn(1);
      await both.promise;
    });
    assert(told.every((error) => error instanceof InvalidMessageError));
  });

  Deno.test(`A format that throws ${name} is encode-failed`, async () => {
    const Lamp = defineInterface({
      name: "Lamp",
      format: {
        name: "broken",
        encode() {
          throw value;
        },
        decode: () => null,
      },
      streams: { turn: { id: 1 } },
    });
    await using test = inMemory(Lamp, { turn() {} });
    const error = await rejectsWith("encode-failed", () => test.client.turn());
    assertEquals(error.cause, value);
  });

  Deno.test(`A schema that throws ${name} has a definition`, () => {
    const schema = failing(undefined);
    Object.assign(schema["~standard"], {
      jsonSchema: {
        input() {
          throw value;
        },
      },
    });
    const { definition } = defineInterface({
      name: "Lamp",
      streams: { turn: { id: 1, body: schema } },
    });
    const [turn] = definition.streams;
    assertEquals(typeof turn?.body.schemaError, "string");
    assert(turn?.body.schemaError !== "");
  });
}
