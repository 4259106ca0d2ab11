import type { PeerOptions, StreamConfig } from "../../mod.ts";

/** The times of both sides. All of them pass while both are suspended. */
export const TIMEOUTS = {
  heartbeat: { interval: 500, timeout: 1000 },
  stallTimeout: 1000,
  closeTimeout: 1000,
  maxBodyLenRead: 100_000,
  maxBodyLenWrite: 100_000,
} satisfies PeerOptions & StreamConfig;

/** For how long both sides are suspended, in milliseconds. */
export const SUSPENDED = 2500;
