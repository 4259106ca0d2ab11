import type { Usage } from "./usage.ts";

/** When to stop, in seconds, also if there are fewer than the count. */
export const LIMIT = 1;

/** What a client is asked to do. */
export interface Work {
  readonly kind:
    | "calls"
    | "one-way"
    | "updates"
    | "connections";
  /** How many calls or messages at most. */
  readonly count: number;
  /** How many calls are open at any time; for connections, each has one of its own. */
  readonly width: number;
  /** How many bytes a body has. */
  readonly size: number;
}

/** What came out of it. Times are in microseconds. */
export interface Result {
  /** Calls or messages in a second. */
  readonly rate: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  /** What the client has used by the end; null if it can't tell. */
  readonly usage: Usage | null;
  /** The client's CPU time for each call or message, likewise. */
  readonly cpuEach: number | null;
}
