import { body, defineInterface } from "../../interface/mod.ts";

/** What the tests serve over NATS. */
export const Camera = defineInterface({
  name: "Camera",
  services: {
    expose: { id: 1, request: body<number>(), response: body<string>() },
    record: {
      id: 2,
      request: body<{ frames: number }>(),
      response: body<string>(),
      responseUpdates: { state: { id: 1, body: body<number>() } },
      errors: { dark: { body: body<{ lux: number }>() } },
    },
    follow: {
      id: 3,
      response: body<number[]>(),
      requestUpdates: { target: { id: 5, body: body<number>() } },
    },
    wait: { id: 4, response: body<string>() },
  },
  streams: {
    frames: { id: 1, from: "server", body: body<number>() },
    hint: { id: 2, body: body<string>() },
  },
});
