import { checkCount } from "../../internal/check_options.ts";
import { DEFAULT_MAX_SIZE, MAX_SIZE } from "./memfd.ts";

/** The part of a peer that a pool needs, to know when the connection has ended. */
export interface SharedMemoryPeer {
  /** Settles when the connection has ended; a PeerHandle has one. */
  readonly closed: PromiseLike<unknown>;
  /** What is known of the connection; a PeerHandle has that too. */
  readonly info?: unknown;
}

/** The options of a {@linkcode SharedMemoryPool}. */
export interface SharedMemoryPoolOptions {
  /** The most regions to lend. Default: 8. */
  maxRegions?: number | undefined;
  /** The most bytes of all regions to lend together. Default: 1 GiB. */
  maxBytes?: number | undefined;
  /**
   * How many regions of the other side stay mapped. Beyond that, the one that was
   * used least recently is unmapped. Should be at least the other side's
   * `maxRegions`. Default: 16.
   */
  maxMappings?: number | undefined;
  /**
   * How many bytes a region of the other side may have, at most 4 GiB. Over rings it
   * holds for the frames that the connection receives, in the place of
   * `maxBodyLenRead`, from when the pool is made. Default: 1 GiB.
   */
  maxSize?: number | undefined;
}

/** The same with the defaults in place. */
export interface PoolLimits {
  readonly maxRegions: number;
  readonly maxBytes: number;
  readonly maxMappings: number;
  readonly maxSize: number;
}

/** @throws {RangeError} if one is out of its range */
export function resolvePoolOptions(
  options: SharedMemoryPoolOptions,
): PoolLimits {
  const check = (
    name: keyof PoolLimits,
    byDefault: number,
    max: number,
  ): number => checkCount(name, options[name] ?? byDefault, max);
  return {
    maxRegions: check("maxRegions", 8, 1024),
    maxBytes: check("maxBytes", 2 ** 30, 2 ** 40),
    maxMappings: check("maxMappings", 16, 1024),
    maxSize: check("maxSize", DEFAULT_MAX_SIZE, MAX_SIZE),
  };
}
