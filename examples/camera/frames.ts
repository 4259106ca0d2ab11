/** What the camera and its viewers agree on. */

/** The service: record some frames. The request says which, the response how it went. */
export const RECORD = 1;

/** The updates of that service. */
export const update = {
  /** From the camera: a frame, or where it is. */
  FRAME: 10,
  /** From the viewer: it is done with the frame, which may be overwritten. */
  DONE: 11,
} as const;

/** The body of the request. */
export interface Order {
  readonly frames: number;
  /** In bytes. */
  readonly size: number;
}

/** The body of a frame that is in shared memory. */
export interface Shared {
  /** In bytes; the memory may have more. */
  readonly size: number;
}

/** The body of `DONE`. */
export interface Done {
  /** How long the viewer has looked at it, in ms. */
  readonly reading: number;
}

/** The body of the response: medians, in ms. */
export interface Summary {
  /** Filling the memory. */
  readonly filling: number;
  /** From sending the frame to `DONE`, without the viewer's reading. */
  readonly handingOver: number;
}

/** The largest frame that is sent as a body, in bytes. */
export const MAX_FRAME_SIZE = 256 * 1024 * 1024;

const BRIGHT = 255;

/** "Records" a frame: grey, with a bright spot that moves. Gives the time in ms. */
export function record(bytes: Uint8Array, frame: number): number {
  const begin = performance.now();
  bytes.fill(frame % BRIGHT);
  bytes[spotOf(bytes, frame)] = BRIGHT;
  return performance.now() - begin;
}

/**
 * What a viewer has seen of a frame: a copy. What is done to a frame is done to its
 * copy, since the camera may write to shared memory at any time.
 */
export class Display {
  #pixels = new Uint8Array(0);

  /** Copies a frame, and checks that it is the right one. Gives the time in ms. */
  show(bytes: Uint8Array, frame: number): number {
    if (this.#pixels.length !== bytes.length) {
      this.#pixels = new Uint8Array(bytes.length);
    }
    const begin = performance.now();
    this.#pixels.set(bytes);
    const time = performance.now() - begin;
    const spot = spotOf(bytes, frame);
    if (this.#pixels[spot] !== BRIGHT || this.#pixels[0] !== frame % BRIGHT) {
      throw new Error(`Frame ${frame} is not what was sent`);
    }
    return time;
  }
}

function spotOf(bytes: Uint8Array, frame: number): number {
  return bytes.length - 1 - frame;
}

/** The middle one of some measured times. */
export function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN;
}
