import { onAbort } from "../../internal/abort.ts";
import { errorText } from "../../internal/errors.ts";
import type { Body } from "../../protocol/body.ts";
import type { Transport } from "../../transports/transport.ts";
import type { TracedMessage, TraceEvent } from "../capture/trace_event.ts";
import { CliError, exitCode } from "../exit_code.ts";
import { type DifferentExchange, Exchanges } from "./exchanges.ts";
import type { Pace } from "./pace.ts";
import { ReplayConnection } from "./replay_connection.ts";

/** What a replay works with. */
export interface ReplayParts {
  /** Keeps the times. */
  readonly pace: Pace;
  /** Whether bodies are compared, too. */
  readonly withBodies: boolean;
  /** How long the server may show no progress, in milliseconds; 0 is without end. */
  readonly timeout: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Connects; the byte order is that of the capture. */
  connect(littleEndian: boolean): Promise<Transport<Body>>;
  /** Takes a request that was answered in another way. */
  onDifference(connection: number, difference: DifferentExchange): void;
  /** Takes what else is to be said. */
  onRemark(text: string): void;
  /** Is called with each message that was sent. */
  onProgress(summary: ReplaySummary): void;
}

/** How far a replay is. */
export interface ReplaySummary {
  /** Messages of clients that were sent. */
  sent: number;
  /** Those that could not be sent. */
  unsent: number;
  /** Requests that were answered as then. */
  same: number;
  /** Requests that were answered in another way. */
  different: number;
}

interface Replayed {
  readonly connection: ReplayConnection;
  readonly exchanges: Exchanges;
}

/**
 * Sends what the clients of a capture sent, in the order of the capture, and compares
 * what comes.
 *
 * @throws {CliError} If there is no connection, or the server makes no progress.
 */
export async function replay(
  events: AsyncIterable<TraceEvent>,
  parts: ReplayParts,
): Promise<ReplaySummary> {
  const { signal } = parts;
  signal.throwIfAborted();
  const all = new Map<number, Replayed>();
  // What is waited for ends with the connections.
  const forget = onAbort(signal, () => {
    for (const { connection } of all.values()) void connection.close();
  });
  try {
    for await (const event of events) {
      if (event.kind === "remark") continue;
      const { connection: number, from, time } = event;
      if (from === "server") {
        if (event.kind === "message") {
          all.get(number)?.exchanges.expect(event.message);
        }
        continue;
      }
      await parts.pace.until(time);
      if (event.kind === "end") {
        await all.get(number)?.connection.end();
        continue;
      }
      const { message } = event;
      const { connection } = all.get(number) ??
        await open(number, message, parts, all);
      if (message.descriptors > 0) {
        parts.onRemark(
          `Connection ${number}: request ${message.header.requestId} is sent without its descriptors: a capture has none`,
        );
      }
      await connection.send(message);
      parts.onProgress(summaryOf(all));
    }
    for (const { connection } of all.values()) await connection.finish();
    signal.throwIfAborted();
  } finally {
    forget();
    for (const { connection } of all.values()) await connection.close();
  }
  for (const [number, { connection }] of all) {
    const { failure } = connection;
    if (failure !== null) parts.onRemark(`Connection ${number}: ${failure}`);
  }
  return summaryOf(all);
}

async function open(
  number: number,
  { littleEndian }: TracedMessage,
  parts: ReplayParts,
  all: Map<number, Replayed>,
): Promise<Replayed> {
  const exchanges = new Exchanges(
    parts.withBodies,
    (difference) => parts.onDifference(number, difference),
  );
  let transport: Transport<Body>;
  try {
    transport = await parts.connect(littleEndian);
  } catch (error) {
    parts.signal.throwIfAborted();
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    throw new CliError(exitCode.NO_CONNECTION, errorText(error));
  }
  const { timeout } = parts;
  const connection = new ReplayConnection(transport, exchanges, {
    ...{ number, timeout },
  });
  const replayed = { connection, exchanges };
  all.set(number, replayed);
  return replayed;
}

function summaryOf(all: ReadonlyMap<number, Replayed>): ReplaySummary {
  const summary = { sent: 0, unsent: 0, same: 0, different: 0 };
  for (const { connection, exchanges } of all.values()) {
    summary.sent += connection.sent;
    summary.unsent += connection.unsent;
    summary.same += exchanges.same;
    summary.different += exchanges.different;
  }
  return summary;
}
