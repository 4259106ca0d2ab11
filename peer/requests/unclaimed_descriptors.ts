import type { Body } from "../../protocol/body.ts";

/**
 * The bodies with descriptors that came for requests and that nobody has taken.
 * Memory goes with the request; descriptors have to be closed.
 */
export class UnclaimedDescriptors {
  // Made for the first one: most connections carry no descriptors.
  #bodies: Set<Body> | null = null;

  /** Nobody has taken it yet. */
  add(body: Body): void {
    if (body.fds === undefined || body.fds.length === 0) return;
    (this.#bodies ??= new Set()).add(body);
  }

  /** Somebody has taken it, or dropped it. */
  remove(body: Body): void {
    if (body.fds !== undefined) this.#bodies?.delete(body);
  }

  /** Nobody is to take any more: closes the descriptors. */
  clear(): void {
    for (const body of this.#bodies ?? []) body[Symbol.dispose]();
    this.#bodies = null;
  }
}
