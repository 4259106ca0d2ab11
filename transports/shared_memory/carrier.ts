import type { Region } from "./region.ts";

/** A connection that passes regions on, as references. */
export interface Carrier {
  /** Takes the releases that have come from the other side. */
  collect(): void;
  /** Somebody waits for a region: the next release is to be noticed at once. */
  expectReleases(): void;
  /** A region is given up: the other side needn't keep it mapped. */
  forget(region: Region): void;
}

/** What a connection needs of a pool whose regions it passes on. */
export interface CarriedPool {
  /** How many wait for a region. */
  readonly waiting: number;
  /** The connection has ended. */
  leave(carrier: Carrier): void;
}
