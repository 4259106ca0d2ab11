import type { LineProcess } from "../support/line_process.ts";
import { ENOUGH_FOR_P999, type Measured, type Work } from "./work.ts";

/** Calls or messages in a round: its client can't stop by the clock. */
const ROUND = {
  pingPong: 5_000,
  inFlight: 65_536,
  connections: 10_000,
  oneWay: 100_000,
} as const;
/** Larger bodies have fewer calls in a round, so that they have as many bytes. */
const ROUND_BYTES = 64 * 2 ** 20;
const MIN_ROUND = 50;
/** The smallest of the crate's limits for bodies, which is that of seqpacket. */
const DEFAULT_MAX_BODY_LEN = 4 * 1024;
/** A datagram is at most as long as the socket's buffer, which the crate leaves alone. */
const MAX_DATAGRAM_BODY = 128 * 1024;

/**
 * The limit for bodies as an argument of the native program; none where the crate's own
 * is enough, as it is also what seqpacket clears for each message.
 */
export function nativeLimit({ size }: Work): string[] {
  return size > DEFAULT_MAX_BODY_LEN ? [`${size}`] : [];
}

/**
 * Has a client of the native program do a work; a text if it fails, and null if it can't
 * be done.
 */
export async function measureNative(
  client: LineProcess,
  address: string,
  { kind, count: most, size, width }: Work,
): Promise<Measured | string | null> {
  if (address.startsWith("unix+seqpacket:") && size > MAX_DATAGRAM_BODY) {
    return null;
  }
  let count: number;
  let round: string;
  switch (kind) {
    case "calls": {
      const bySize = Math.max(MIN_ROUND, Math.floor(ROUND_BYTES / size));
      count = Math.min(width === 1 ? ROUND.pingPong : ROUND.inFlight, bySize);
      round = width === 1
        ? `ping-pong ${count} ${size}`
        : `in-flight ${count} ${width} ${size}`;
      break;
    }
    case "one-way":
      count = Math.min(most, ROUND.oneWay);
      round = `one-way ${count}`;
      break;
    case "updates":
      count = most;
      round = `updates ${count}`;
      break;
    case "connections":
      count = ROUND.connections;
      round = `connections ${count} ${width}`;
      break;
  }
  const { p50, p99, p999, perSecond, error } = JSON.parse(
    await client.ask(round),
  );
  if (error !== undefined) return error;
  return {
    count,
    rate: perSecond,
    p50,
    p99,
    p999: count < ENOUGH_FOR_P999 ? null : p999,
  };
}
