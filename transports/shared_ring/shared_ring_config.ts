import {
  type ResolvedUnixConfig,
  resolveUnixConfig,
  type UnixConfig,
} from "../unix_seqpacket/unix_config.ts";
import { isRingSize, MAX_RING_SIZE, MIN_RING_SIZE } from "./ring_layout.ts";

/**
 * The limits of a connection over rings in shared memory. Those of messages and
 * their defaults are a Unix seqpacket socket's, but no limit of the system bounds
 * `maxBodyLenWrite`, up to 1 GiB.
 */
export interface SharedRingConfig extends UnixConfig {
  /**
   * How many bytes each of the two rings has: a power of two from 4 KiB to 1 GiB.
   * The side that connects decides. A longer message goes through in pieces.
   * Default: 256 KiB.
   */
  ringSize?: number | undefined;
  /**
   * The largest rings that the side that accepts takes, in bytes each: a power of
   * two. A connection with larger ones is refused. Default: 16 MiB.
   */
  maxRingSize?: number | undefined;
  /**
   * Whether leases that another user's process sends arrive as views of its memory
   * too. It can change them at any time: see `docs/shared_ring.md`. Else, and without
   * this option, they are copied, and only those of a process with this one's user id
   * are views. Default: false.
   */
  trustFrames?: boolean | undefined;
}

/** A checked {@linkcode SharedRingConfig} with its defaults filled in. */
export interface ResolvedSharedRingConfig extends ResolvedUnixConfig {
  /** The size of each ring. */
  readonly ringSize: number;
  /** The largest size that is accepted. */
  readonly maxRingSize: number;
  /** Whether views of any user's memory are given. */
  readonly trustFrames: boolean;
}

const DEFAULT_RING_SIZE = 256 * 1024;
const DEFAULT_MAX_RING_SIZE = 16 * 1024 * 1024;

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws {RangeError} If a limit or a size is out of its range.
 * @throws {TypeError} If `endian` is no byte order.
 */
export function resolveSharedRingConfig(
  config: SharedRingConfig = {},
): ResolvedSharedRingConfig {
  const size = (
    name: "ringSize" | "maxRingSize",
    byDefault: number,
  ): number => {
    const value = config[name] ?? byDefault;
    if (isRingSize(value)) return value;
    throw new RangeError(
      `${name} must be a power of two from ${MIN_RING_SIZE} to ${MAX_RING_SIZE}, got ${value}`,
    );
  };
  return {
    ...resolveUnixConfig(config),
    ringSize: size("ringSize", DEFAULT_RING_SIZE),
    trustFrames: config.trustFrames ?? false,
    maxRingSize: size("maxRingSize", DEFAULT_MAX_RING_SIZE),
  };
}

/**
 * Where to connect or listen: `"unix+shm:PATH"`, the path taken as it stands
 * (`unix+shm:///run/x` is `/run/x`; relative ones are allowed; nothing is decoded),
 * or an object.
 */
export type SharedRingAddress =
  | `unix+shm:${string}`
  | {
    readonly transport: "unix-shm";
    readonly path: string;
  };

/** The address of a listener for rings; it can be connected to as it is. */
export interface SharedRingAddr {
  /** The transport. */
  transport: "unix-shm";
  /** The path of its socket file. */
  path: string;
}

/**
 * Gives the path of an address; a string without `unix+shm:` is the path itself.
 *
 * @throws {TypeError} If the path is empty.
 */
export function sharedRingPath(address: string | SharedRingAddress): string {
  const path = typeof address === "string"
    ? address.replace(/^unix\+shm:(?:\/\/(?=\/))?/, "")
    : address.path;
  if (typeof path === "string" && path !== "") return path;
  throw new TypeError(
    `An address of shared rings must look like "unix+shm:PATH", got ${
      JSON.stringify(address)
    }`,
  );
}
