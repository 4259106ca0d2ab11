import { connectionName } from "../../inspector/connection_name.ts";
import type { ServerStats } from "../../interface/introspect/interface_stats.ts";
import type { ConnectionStats } from "../../listener/listener_stats.ts";

/** What a connection of the server did in a round. */
export interface ConnectionRound {
  /** Who is at the other end. */
  readonly name: string;
  readonly transport: string;
  /** How long it has been there, in seconds. */
  readonly age: number;
  /** The messages from it for each second of the round. */
  readonly received: number;
  /** The messages to it for each second of the round. */
  readonly sent: number;
  /** Its requests that have no response yet. */
  readonly open: number;
  /** What waits to be written to it, in bytes. */
  readonly queued: number;
  /** Whether the server has stopped reading from it. */
  readonly isPaused: boolean;
}

/** What is to be told of the connections; null where the server doesn't tell of them. */
export function connectionRounds(
  { listener }: ServerStats,
  before: ServerStats | null,
  seconds: number,
): ConnectionRound[] | null {
  if (listener === undefined) return null;
  const earlier = new Map(
    before?.listener?.connections.map((one) => [keyOf(one), one]),
  );
  return listener.connections.map((connection) => {
    const old = earlier.get(keyOf(connection));
    const rate = (of: "messagesReceived" | "messagesSent"): number =>
      old === undefined
        ? 0
        : Math.round(10 * (connection[of] - old[of]) / seconds) / 10;
    return {
      name: connectionName(connection.info),
      transport: connection.transport,
      age: Math.max(0, Math.round((Date.now() - connection.since) / 1000)),
      received: rate("messagesReceived"),
      sent: rate("messagesSent"),
      open: connection.openReceivedRequests,
      queued: connection.queuedBytes,
      isPaused: connection.reading.paused,
    };
  });
}

/** Connections have no number: this is as good as one. */
function keyOf({ since, info }: ConnectionStats): string {
  return `${since} ${JSON.stringify(info)}`;
}
