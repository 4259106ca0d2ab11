import type { PeerOptions, StreamConfig } from "../../mod.ts";

/**
 * The times of both sides. All of them pass while both are suspended. On a busy machine a
 * side that is awake may get no turn for a second.
 */
export const TIMEOUTS = {
  heartbeat: { interval: 500, timeout: 3000 },
  stallTimeout: 3000,
  closeTimeout: 3000,
  maxBodyLenRead: 100_000,
  maxBodyLenWrite: 100_000,
} satisfies PeerOptions & StreamConfig;

/** For how long both sides are suspended, in milliseconds. */
export const SUSPENDED = 4500;
