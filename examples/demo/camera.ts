/** What the camera and its clients agree on. */
import { body, bytes, defineInterface } from "@fizyr/rpc/interface";

/** What a recording is asked for with. */
export interface Recording {
  /** How many frames to take, from 1 to 100. */
  readonly frames: number;
}

/** Where a recording is. */
export interface State {
  /** What the camera does now. */
  readonly state: string;
  /** The frame it is at, counted from 1. */
  readonly frame: number;
  /** How many there will be. */
  readonly frames: number;
}

/** What can be asked of the camera. */
export const Camera = defineInterface({
  name: "Camera",
  doc: "A camera that takes an image after a number of frames.",
  services: {
    name: { id: 1, doc: "What it is called.", response: body<string>() },
    record: {
      id: 2,
      doc: "Records, and gives the image: a byte for each pixel, row by row.",
      request: body<Recording>(),
      response: bytes,
      requestUpdates: { stop: { id: 11, doc: "Stops the recording." } },
      responseUpdates: { state: { id: 10, body: body<State>() } },
    },
  },
  streams: {
    temperature: {
      id: 20,
      doc: "The temperature of the sensor, in °C.",
      from: "server",
      body: body<number>(),
    },
  },
});

/** What the program that looks after the camera asks it. */
export const CameraProcess = defineInterface({
  name: "CameraProcess",
  services: {
    addresses: {
      id: 1,
      doc: "Where the camera listens.",
      idempotent: true,
      response: body<string[]>(),
    },
  },
});

/** An image has more than the 8 KiB that a body may have by default. */
export const LIMITS = {
  maxBodyLenRead: 1024 * 1024,
  maxBodyLenWrite: 1024 * 1024,
} as const;

/** The size of an image, in pixels of one byte each. */
export const WIDTH = 640;
/** The size of an image, in pixels of one byte each. */
export const HEIGHT = 480;
