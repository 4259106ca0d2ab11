import type { Body } from "../../protocol/body.ts";
import { ShortBodies } from "../../protocol/short_bodies.ts";

/** A body that is less than this part of its buffer isn't worth keeping the buffer for. */
const LEAST_PART = 1 / 4;

/**
 * Memory for bodies that wait. Not shared with other connections: transferring a
 * body's buffer also takes the bodies beside it.
 */
export class OwnMemory {
  readonly #bodies = new ShortBodies();

  /**
   * Moves bodies here if they are all that is left of a buffer and a small part of it.
   * Only for bodies that nobody has been given yet.
   */
  take(bodies: readonly Body[]): void {
    let used = 0;
    for (const { data } of bodies) used += data.length;
    const buffer = bodies[0]?.data.buffer;
    if (buffer === undefined || used >= buffer.byteLength * LEAST_PART) return;
    for (const body of bodies) setData(body, this.#bodies.copy(body.data));
  }
}

/** A body stays the object that it is: making another one would cost more than the copy. */
function setData(
  body: { -readonly [K in keyof Body]: Body[K] },
  data: Body["data"],
): void {
  body.data = data;
}
