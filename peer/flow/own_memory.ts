import type { Body } from "../../protocol/body.ts";
import { ShortBodies } from "../../protocol/short_bodies.ts";

/** A body that is less than this part of its buffer isn't worth keeping the buffer for. */
const LEAST_PART = 1 / 4;

/** The bodies of a queue that wait in the newest buffer. */
interface WaitingInBuffer {
  /** Gives them memory of their own. */
  move(): void;
}

/**
 * Memory for bodies that wait. Not shared with other connections: transferring a
 * body's buffer also takes the bodies beside it.
 */
export class OwnMemory {
  #bodies: ShortBodies | null = null;
  /** The buffer that bodies began to wait in last, and the queues that have some of it. */
  #newest: ArrayBuffer | null = null;
  /** A body of this length or more is worth keeping that buffer for. */
  #most = 0;
  #queues: Set<WaitingInBuffer> | null = null;
  /** The one that was added last, since a set takes longer. */
  #lastQueue: WaitingInBuffer | null = null;

  /**
   * Moves bodies here if they are all that is left of a buffer and a small part of it.
   * Only for bodies that nobody has been given yet.
   */
  take(bodies: readonly Body[]): void {
    let used = 0;
    for (const { data } of bodies) used += data.length;
    const buffer = bodies[0]?.data.buffer;
    if (buffer === undefined || used >= buffer.byteLength * LEAST_PART) return;
    for (const body of bodies) this.move(body);
  }

  /**
   * A body of a queue begins to wait. False if it is worth keeping its buffer for. If
   * it is in another buffer than those before it, the bodies that still wait in that
   * one are moved here. To move each at once took a third of the CPU time of a
   * receiver of updates.
   */
  turnTo({ data }: Body, queue: WaitingInBuffer): boolean {
    // Asking a view for its buffer takes as long as copying a short body.
    const { buffer } = data;
    if (buffer !== this.#newest) {
      const most = buffer.byteLength * LEAST_PART;
      if (data.length >= most) return false;
      for (const queue of this.#queues ?? []) queue.move();
      this.#queues?.clear();
      this.#lastQueue = null;
      this.#newest = buffer;
      this.#most = most;
    }
    if (data.length >= this.#most) return false;
    if (queue !== this.#lastQueue) {
      (this.#queues ??= new Set()).add(queue);
      this.#lastQueue = queue;
    }
    return true;
  }

  /** Moves a body here, which nobody has been given yet. */
  move(body: Body): void {
    setData(body, (this.#bodies ??= new ShortBodies()).copy(body.data));
  }
}

/** A body stays the object that it is: making another one would cost more than the copy. */
function setData(
  body: { -readonly [K in keyof Body]: Body[K] },
  data: Body["data"],
): void {
  body.data = data;
}

/**
 * The bodies of a queue that came in the newest buffer of its connection. Most are
 * taken before another buffer is read into. The rest gets memory of its own then, so
 * that it doesn't keep the buffer: see `OwnMemory.turnTo`.
 */
export class WaitingBodies {
  readonly #memory: OwnMemory;
  readonly #bodies: Body[] = [];
  /** The first one that hasn't been taken. */
  #start = 0;

  /** Makes an empty one. */
  constructor(memory: OwnMemory) {
    this.#memory = memory;
  }

  /** A body begins to wait, behind the others. */
  push(body: Body): void {
    if (this.#memory.turnTo(body, this)) this.#bodies.push(body);
  }

  /** The first body of the queue was taken. */
  shift(body: Body): void {
    if (this.#bodies[this.#start] !== body) return;
    this.#start++;
    // Else what was taken could not be garbage-collected.
    if (this.#start === this.#bodies.length) this.clear();
  }

  /** None waits any more. */
  clear(): void {
    this.#bodies.length = 0;
    this.#start = 0;
  }

  /** Gives those that wait memory of their own. */
  move(): void {
    for (let i = this.#start; i < this.#bodies.length; i++) {
      this.#memory.move(this.#bodies[i]!);
    }
    this.clear();
  }
}
