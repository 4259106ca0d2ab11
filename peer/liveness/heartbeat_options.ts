import { LONGEST_TIMER } from "../../internal/clock.ts";

/**
 * When the other side of a connection is taken for gone: `interval` after the last
 * byte has come it is asked, and `timeout` after that the connection ends.
 *
 * @example
 * ```ts
 * import { MemoryTransport, Peer } from "jsr:@fizyr/rpc";
 *
 * const heartbeat = { interval: 1000, timeout: 1000 };
 * const [a, b] = MemoryTransport.pair();
 * await using peer = Peer.spawn(a, { heartbeat });
 * await using _other = Peer.spawn(b); // needs no option
 * await peer.ping();
 * ```
 */
export interface HeartbeatOptions {
  /** After so many milliseconds in which nothing has come, the other side is asked. At least 10. */
  readonly interval: number;
  /** If nothing comes for so many milliseconds more, the connection ends. At least 10. */
  readonly timeout: number;
}

/** Shorter ones would say more about the event loop than about the other side; in milliseconds. */
const SHORTEST = 10;

/**
 * Checks the times of a heartbeat.
 *
 * @throws {RangeError} If one is no number from 10 to 2^31 - 1.
 */
export function checkHeartbeat(
  { interval, timeout }: HeartbeatOptions,
): HeartbeatOptions {
  checkTime("heartbeat.interval", interval);
  checkTime("heartbeat.timeout", timeout);
  return { interval, timeout };
}

function checkTime(name: string, ms: number): void {
  if (typeof ms === "number" && ms >= SHORTEST && ms <= LONGEST_TIMER) return;
  throw new RangeError(
    `${name} must be a number of milliseconds from ${SHORTEST} to ${LONGEST_TIMER}, got ${ms}`,
  );
}
