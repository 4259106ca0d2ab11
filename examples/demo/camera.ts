/** What the camera and its clients agree on. */

/** What can be asked of the camera. */
export const service = { NAME: 1, RECORD: 2 } as const;

/** The updates of a recording: STATE comes from the camera, STOP from the client. */
export const update = { STATE: 10, STOP: 11 } as const;

/** What the camera tells without being asked. */
export const stream = { TEMPERATURE: 20 } as const;

/** An image has more than the 8 KiB that a body may have by default. */
export const LIMITS = {
  maxBodyLenRead: 1024 * 1024,
  maxBodyLenWrite: 1024 * 1024,
} as const;

/** The body of a RECORD request, as JSON. */
export interface Recording {
  /** How many frames to take, from 1 to 100. */
  readonly frames: number;
}

/** The body of a STATE update, as JSON. */
export interface State {
  /** What the camera does now. */
  readonly state: string;
  /** The frame it is at, counted from 1. */
  readonly frame: number;
  /** How many there will be. */
  readonly frames: number;
}

/** The size of an image, in pixels of one byte each. */
export const WIDTH = 640;
/** The size of an image, in pixels of one byte each. */
export const HEIGHT = 480;
