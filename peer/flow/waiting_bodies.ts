import type { Body } from "../../protocol/body.ts";
import type { OwnMemory } from "./own_memory.ts";

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
