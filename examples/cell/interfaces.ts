/** What the processes of the cell say to each other. */
import { defineInterface } from "@fizyr/rpc/interface";
import { z } from "npm:zod@4.6.7";

/** The angles of the robot's joints, in degrees. */
const Joints = z.array(z.number()).length(3);

export const Camera = defineInterface({
  name: "Camera",
  extensions: true, // cancels and deadlines travel
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
