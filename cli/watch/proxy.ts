import { errorText } from "../../internal/errors.ts";
import { isLittleEndian } from "../../protocol/header.ts";
import type { Body } from "../../protocol/body.ts";
import { AcceptQueue } from "../../listener/accept_queue.ts";
import type { Acceptor } from "../../transports/acceptor.ts";
import { FramedTransport } from "../../transports/framed/framed_transport.ts";
import type { Transport } from "../../transports/transport.ts";
import type { Side, TraceEvent } from "../capture/trace_event.ts";
import { connectTransport, type TransportOptions } from "./open_transport.ts";
import { bytesOf, type PumpEvents } from "./pump.ts";
import { relay } from "./relay.ts";

/** What a proxy works with. */
export interface ProxyOptions extends TransportOptions {
  /** The server. */
  readonly to: string;
  /** How long connecting to it may take, in milliseconds. */
  readonly connectTimeout: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Takes what happens. Must not throw. */
  onEvent(event: TraceEvent): void;
  /** Takes the errors of the listening socket. */
  onError(error: unknown): void;
}

/** The longest body of a byte stream that is decoded to be shown. */
const MAX_DECODED = 64 * 1024 * 1024;

/** Stands between clients and a server until the signal fires. */
export async function proxy(
  acceptor: Acceptor<Transport<Body>>,
  options: ProxyOptions,
): Promise<void> {
  const { signal, onError } = options;
  const queue = new AcceptQueue(acceptor, {}, onError);
  const running = new Set<Promise<void>>();
  let count = 0;
  try {
    for (;;) {
      const client = await queue.next(signal);
      const connection = runConnection(client, ++count, options)
        .finally(() => running.delete(connection));
      running.add(connection);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    queue.close();
    await Promise.all(running);
    await queue.idle();
  }
}

async function runConnection(
  client: Transport<Body>,
  connection: number,
  options: ProxyOptions,
): Promise<void> {
  const { to, signal, connectTimeout, onEvent, endian, maxBody } = options;
  const remark = (text: string): void =>
    onEvent({ kind: "remark", connection, time: now(), text });
  remark(`begins${clientOf(client.info)}`);
  let server: Transport<Body>;
  try {
    const timeout = AbortSignal.timeout(connectTimeout);
    const either = AbortSignal.any([signal, timeout]);
    server = await connectTransport(to, options, either);
  } catch (error) {
    if (!signal.aborted) {
      remark(`there is no connection to ${to}: ${errorText(error)}`);
    }
    await client.close();
    return;
  }
  const stop = (): void => {
    void client.close();
    void server.close();
  };
  // Closed ends end their directions.
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  const order = endian ??
    (client instanceof FramedTransport ? "little" : "native");
  const littleEndian = isLittleEndian(order);
  const eventsOf = (from: Side): PumpEvents => ({
    onMessage: (message) =>
      onEvent({
        ...{ kind: "message", connection, from, time: now() },
        message: {
          header: message.header,
          data: bytesOf(message),
          descriptors: message.body.fds?.length ?? 0,
          littleEndian,
        },
      }),
    onRemark: remark,
    onEnd: (error) => {
      const why = signal.aborted ? null : error;
      onEvent({ kind: "end", connection, from, time: now(), error: why });
    },
  });
  try {
    await relay(
      { client, server },
      { maxBody: maxBody ?? MAX_DECODED, endian: order },
      eventsOf,
    );
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The time in microseconds, as in a file; `Date` has only milliseconds. */
function now(): number {
  const ms = performance.timeOrigin + performance.now();
  return Math.round(ms * 1000) / 1000;
}

/** Where a client comes from, as far as its transport tells. */
function clientOf(info: unknown): string {
  const { remoteAddr, credentials } = (info ?? {}) as {
    readonly remoteAddr?: { hostname?: string; port?: number } | null;
    readonly credentials?: { readonly pid: number } | null;
  };
  if (remoteAddr?.port !== undefined) {
    return `, from ${remoteAddr.hostname}:${remoteAddr.port}`;
  }
  if (credentials) return `, from process ${credentials.pid}`;
  return "";
}
