import { assert, assertEquals, assertThrows } from "@std/assert";
import { renderHtml, renderMarkdown } from "../../../interface/describe/mod.ts";
import { body, defineInterface } from "../../../interface/mod.ts";
import { toTypeScript } from "../../../interface/rust/mod.ts";

const Gauge = defineInterface({
  name: "Gauge",
  services: {
    read: { id: 1, idempotent: true, response: body<number>() },
    tare: { id: 2 },
  },
});

Deno.test("idempotent is true or false", () => {
  assertThrows(
    () =>
      defineInterface({
        name: "Wrong",
        services: {
          now: {
            id: 1,
            // @ts-expect-error it is no boolean
            idempotent: "yes",
          },
        },
      }),
    TypeError,
    "The idempotent of the service of Wrong, now, must be true or false, got string",
  );
});

Deno.test("descriptions say what is idempotent", () => {
  const { definition } = Gauge;
  assertEquals(definition.services.map(({ idempotent }) => idempotent), [
    true,
    undefined,
  ]);
  assert(renderMarkdown(definition).includes("### read (1, idempotent)\n"));
  assert(renderHtml(definition).includes("1, idempotent"));
  assert(toTypeScript([definition]).includes("idempotent: true,"));
});
