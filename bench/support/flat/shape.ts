/** What the processes of `bench/costs/flat.ts` agree on. @module */

/** What a client has, and what it does. */
export interface FlatCase {
  /** Requests that stay open on the first connection. */
  readonly open: number;
  /** Connections that have nothing to do. */
  readonly idle: number;
  /** Connections that are busy. */
  readonly connections: number;
  /** How many calls each of those has in flight. */
  readonly width: number;
  /** How many calls are made each time. */
  readonly calls: number;
}

/** The service that leaves its requests open. */
export const HOLD = 99;
/** Limits that let all be open. */
export const LIMITS = {
  maxOpenSentRequests: 40_000,
  maxOpenReceivedRequests: 40_000,
} as const;
