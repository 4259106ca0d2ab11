// Only tests use these libraries: they aren't dependencies of the package.
// deno-lint-ignore-file no-import-prefix
import { type } from "npm:arktype@2.2.9";
import * as v from "npm:valibot@1.5.0";
import { z } from "npm:zod@4.6.7";
import { defineInterface } from "../../../interface/mod.ts";

export { type, v, z };

/** The same with three libraries. */
export const Zod = defineInterface({
  name: "Zod",
  services: {
    scale: {
      id: 1,
      request: z.object({
        width: z.number().positive(),
        name: z.string().optional(),
      }),
      response: z.object({ area: z.number() }),
      requestUpdates: { speed: { id: 1, body: z.number().max(10) } },
      responseUpdates: {
        progress: { id: 1, body: z.tuple([z.number(), z.string()]) },
      },
    },
  },
  streams: { note: { id: 1, body: z.string().min(2) } },
});

export const Valibot = defineInterface({
  name: "Valibot",
  services: {
    scale: {
      id: 1,
      request: v.object({
        width: v.pipe(v.number(), v.gtValue(0)),
        name: v.exactOptional(v.string()),
      }),
      response: v.object({ area: v.number() }),
      requestUpdates: {
        speed: { id: 1, body: v.pipe(v.number(), v.maxValue(10)) },
      },
      responseUpdates: {
        progress: { id: 1, body: v.tuple([v.number(), v.string()]) },
      },
    },
  },
  streams: { note: { id: 1, body: v.pipe(v.string(), v.minLength(2)) } },
});

export const Arktype = defineInterface({
  name: "Arktype",
  services: {
    scale: {
      id: 1,
      request: type({ width: "number > 0", "name?": "string" }),
      response: type({ area: "number" }),
      requestUpdates: { speed: { id: 1, body: type("number <= 10") } },
      responseUpdates: {
        progress: { id: 1, body: type(["number", "string"]) },
      },
    },
  },
  streams: { note: { id: 1, body: type("string >= 2") } },
});
