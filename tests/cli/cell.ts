/** An interface that the tests of `fizyr serve` serve. */
import { body, bytes, defineInterface } from "../../interface/mod.ts";
import { z } from "../interface/support/schemas.ts";

export const Cell = defineInterface({
  name: "Cell",
  extensions: true,
  services: {
    name: { id: 1, response: body<string>() },
    pose: {
      id: 2,
      response: z.object({
        joints: z.tuple([z.number(), z.number()]),
        mode: z.enum(["idle", "moving"]),
        speed: z.number().gt(0),
        at: z.iso.datetime(),
        note: z.string().optional(),
      }),
    },
    image: { id: 3, response: bytes },
    record: {
      id: 4,
      request: z.object({ frames: z.int() }),
      response: z.number(),
      responseUpdates: {
        state: { id: 1, body: z.object({ frame: z.int() }) },
      },
      requestUpdates: { exposure: { id: 1, body: z.number() } },
    },
  },
  streams: { light: { id: 1, body: z.number() } },
});
