/** What the processes of the cell say to each other. */
import { defineInterface } from "@fizyr/rpc/interface";
import { msgpack } from "@fizyr/rpc/interface/msgpack";
// As a namespace, of which a bundle for a page keeps only what is used.
import * as z from "npm:zod@4.6.7";

/** The angles of the robot's joints, in degrees. */
const Joints = z.array(z.number()).length(3);

/** An image: a byte for each pixel, row by row. */
const Frame = z.object({
  exposedAt: z.number(), // in milliseconds, by the clock of the camera
  width: z.int(),
  height: z.int(),
  pixels: z.instanceof(Uint8Array),
});

export const Camera = defineInterface({
  name: "Camera",
  extensions: true, // cancels and deadlines travel
  format: msgpack, // for the bytes of frames
  services: {
    record: {
      id: 1,
      doc: "Records frames, until it has them all or has to end.",
      request: z.object({ frames: z.int().positive() }),
      response: z.object({ frames: z.int() }),
      responseUpdates: {
        progress: { id: 1, body: z.object({ frame: z.int(), of: z.int() }) },
      },
      errors: {
        busy: {
          doc: "Another recording is going on.",
          body: z.object({ framesLeft: z.int() }),
        },
      },
    },
    watch: {
      id: 2,
      doc: "Sends what the camera sees, until it is cancelled.",
      responseUpdates: { frame: { id: 1, body: Frame } },
      endless: true,
    },
  },
  streams: {
    temperature: { id: 1, from: "server", body: z.number() },
  },
});

export const Robot = defineInterface({
  name: "Robot",
  extensions: true,
  services: {
    move: {
      id: 1,
      doc: "Moves to a pose, and responds when it is there.",
      request: Joints,
      response: Joints,
      errors: {
        outOfReach: { body: z.object({ joint: z.int(), limit: z.number() }) },
      },
    },
  },
  streams: {
    joints: { id: 1, from: "server", body: Joints },
  },
});

/** Milliseconds: a peer that is silent for both together counts as gone. */
export const heartbeat = { interval: 1000, timeout: 1000 };

/** For connections that carry frames: by default a body has at most 8 KiB. */
export const frameLimits = {
  maxBodyLenRead: 1 << 20,
  maxBodyLenWrite: 1 << 20,
};
