import { body, defineInterface } from "../../../interface/mod.ts";

const services = {
  name: { id: 1, response: body<string>() },
  record: {
    id: 2,
    response: body<string>(),
    responseUpdates: { frame: { id: 1, body: body<number>() } },
  },
  scan: {
    id: 3,
    response: body<string>(),
    requestUpdates: {
      speed: { id: 1, body: body<number>() },
      stop: { id: 7, cancels: true },
    },
  },
} as const;

/** An interface for peers of this library. */
export const Camera = defineInterface({
  name: "Camera",
  extensions: true,
  services,
});

/** The same for any peer. */
export const PlainCamera = defineInterface({ name: "Camera", services });
