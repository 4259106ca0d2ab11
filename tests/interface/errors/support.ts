import { body, defineInterface } from "../../../interface/mod.ts";
import { z } from "../support/schemas.ts";

/** An interface with errors of its own and of a service. */
export const Camera = defineInterface({
  name: "Camera",
  services: {
    name: { id: 1, response: body<string>() },
    record: {
      id: 2,
      request: body<number>(),
      response: body<string>(),
      responseUpdates: { frame: { id: 1, body: body<number>() } },
      errors: {
        dark: {},
        warm: { body: z.string().transform(Number) },
      },
    },
  },
  errors: {
    busy: { body: z.object({ until: z.number() }) },
    gone: { doc: "The camera is unplugged." },
  },
});
