/** A schema whose `validate` is a method. */
import { assertEquals } from "@std/assert";
import {
  defineInterface,
  type StandardSchema,
  type StandardSchemaResult,
} from "../../../interface/mod.ts";
import { inMemory } from "../../../interface/testing.ts";

class UpTo implements StandardSchema<number> {
  readonly #max: number;
  readonly version = 1;
  readonly vendor = "tests";
  declare readonly types: { readonly input: number; readonly output: number };

  constructor(max: number) {
    this.#max = max;
  }

  get "~standard"(): this {
    return this;
  }

  validate(value: unknown): StandardSchemaResult<number> {
    return typeof value === "number" && value <= this.#max
      ? { value }
      : { issues: [{ message: `more than ${this.#max}` }] };
  }
}

Deno.test("A schema may use this to validate", async () => {
  const Doubler = defineInterface({
    name: "Doubler",
    services: {
      double: { id: 1, request: new UpTo(5), response: new UpTo(10) },
    },
  });
  await using test = inMemory(Doubler, { double: (value) => 2 * value });
  assertEquals(await test.client.double(5), 10);
});
