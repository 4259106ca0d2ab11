import { body, defineInterface } from "../../../interface/mod.ts";

/** An interface beside `Camera` on one connection: no id is the same. */
export const Robot = defineInterface({
  name: "Robot",
  services: {
    move: {
      id: 11,
      request: body<number>("f64"),
      response: body<number>("f64"),
      responseUpdates: { angle: { id: 1, body: body<number>("f64") } },
    },
    name: { id: 12, response: body<string>() },
  },
  streams: { jog: { id: 11, body: body<number>("f64") } },
});
