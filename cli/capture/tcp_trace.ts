import { CaptureError } from "./capture_error.ts";
import type { CapturedPacket } from "./captured_packet.ts";
import { ipPacketOf, isKnownLinkType } from "./link_layer.ts";
import { TcpConnection, type TcpTraceOptions } from "./tcp_connection.ts";
import { type TcpSegment, tcpSegmentOf } from "./tcp_segment.ts";
import type { TraceEvent } from "./trace_event.ts";

/** Reads the packets of tcpdump's captures. */
export class TcpTrace {
  readonly #options: TcpTraceOptions;
  readonly #port: number | null;
  readonly #connections = new Map<string, TcpConnection>();
  #count = 0;
  #time = 0;

  /** Reads the connections of a port, or, without one, all. */
  constructor(options: TcpTraceOptions, port: number | null) {
    this.#options = options;
    this.#port = port;
  }

  /**
   * What a packet tells.
   *
   * @throws {CaptureError} If its link type isn't known.
   */
  read({ linkType, data, time }: CapturedPacket): TraceEvent[] {
    if (!isKnownLinkType(linkType)) {
      throw new CaptureError(
        `Link type ${linkType} can't be read: only loopback, Ethernet, Linux cooked and IP, and captures of fizyr watch`,
      );
    }
    this.#time = time;
    const ip = ipPacketOf(linkType, data);
    const segment = ip === null ? null : tcpSegmentOf(ip);
    if (segment === null || !this.#isWanted(segment)) return [];
    const key = keyOf(segment);
    let connection = this.#connections.get(key);
    const events: TraceEvent[] = [];
    if (connection?.isReplacedBy(segment)) {
      events.push(...connection.finish(time));
      connection = undefined;
    }
    if (connection === undefined) {
      connection = new TcpConnection(
        ++this.#count,
        clientOf(segment),
        this.#options,
      );
      this.#connections.set(key, connection);
    }
    return [...events, ...connection.add(segment, time)];
  }

  /** The capture is over. */
  finish(): TraceEvent[] {
    return [...this.#connections.values()]
      .flatMap((connection) => connection.finish(this.#time));
  }

  #isWanted({ from, to }: TcpSegment): boolean {
    if (this.#port === null) return true;
    const end = `:${this.#port}`;
    return from.endsWith(end) || to.endsWith(end);
  }
}

function keyOf({ from, to }: TcpSegment): string {
  return from < to ? `${from} ${to}` : `${to} ${from}`;
}

/** Who has connected: where the beginning isn't there, who speaks first. */
function clientOf({ syn, ack, from, to }: TcpSegment): string {
  return syn && ack ? to : from;
}
