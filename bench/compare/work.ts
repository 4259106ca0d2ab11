/** How long a work goes on, in seconds, unless its count is reached before. */
export const LIMIT = 1;

/** From how many calls on one in a thousand is more than the slowest one. */
export const ENOUGH_FOR_P999 = 1000;

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

/** What a client has measured. Times are in microseconds. */
export interface Measured {
  /** How many calls or messages there were. */
  readonly count: number;
  /** Calls or messages in a second. */
  readonly rate: number;
  readonly p50: number | null;
  readonly p99: number | null;
  /** Null also where there were less than a thousand. */
  readonly p999: number | null;
}

/** What came out of a work. */
export interface Result extends Measured {
  readonly client: Used;
  readonly server: Used;
}

/** What came out of a work; a text if it failed; null if it can't be done. */
export type Outcome = Result | string | null;

/** What a process has used for a work. */
export interface Used {
  /** CPU time for each call or message, in microseconds. */
  readonly cpuEach: number;
  /** Resident memory right after it, in bytes. */
  readonly resident: number;
}
