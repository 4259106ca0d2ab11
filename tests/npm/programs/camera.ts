import { body, bytes, defineInterface } from "@fizyr/rpc/interface";

/** What the servers of these tests serve. */
export const Camera = defineInterface({
  name: "Camera",
  extensions: true,
  services: {
    record: {
      id: 1,
      request: body<{ frames: number; size?: number }>(),
      response: bytes,
      requestUpdates: { stop: { id: 1 } },
      responseUpdates: { frame: { id: 1, body: body<number>() } },
    },
  },
  errors: { noLight: { body: body<{ lux: number }>() } },
  streams: { temperature: { id: 1, body: body<number>() } },
});

/** The limits of both ends: bodies of 4 MiB pass. */
export const LIMITS = {
  maxBodyLenRead: 8 * 1024 * 1024,
  maxBodyLenWrite: 8 * 1024 * 1024,
};
