/** Options of the inspector that can't be. */
import { assertRejects } from "@std/assert";
import { inspect, type InspectorOptions } from "../../inspector/mod.ts";

const WRONG = [0, -1, 1.5, NaN, Infinity, "200" as never].flatMap(
  (count): [name: string, options: InspectorOptions][] => [
    ["maxCalls", { maxCalls: count }],
    ["bodies.length", { bodies: { length: count } }],
  ],
);

for (const [name, options] of WRONG) {
  Deno.test(`Inspector: ${Deno.inspect(options)} is refused`, async () => {
    await assertRejects(
      () => inspect("nowhere", () => Promise.reject(new Error()), options),
      RangeError,
      `${name} must be an integer of at least 1`,
    );
  });
}
