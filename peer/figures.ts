import type { Body } from "../protocol/body.ts";
import { checkLeast } from "../internal/check_options.ts";
import type { Semaphore } from "../internal/waiters.ts";
import type { Channel } from "../transports/channel.ts";
import type { Transport } from "../transports/transport.ts";
import type { Counters } from "./counters.ts";
import type { ConnectionState } from "./ending/connection_state.ts";
import type { FlowControl } from "./flow/flow_control.ts";
import type { WriteQueue } from "./flow/write_queue.ts";
import type { Moment } from "./moment.ts";
import type { OpenRequest, OpenRequestsOptions } from "./open_request.ts";
import type { Tables } from "./requests/tables.ts";
import type { PeerStats } from "./stats.ts";

/** What the figures of a connection are read from. */
export interface FiguresParts<B extends Body> {
  /** Says who the other side is. */
  readonly transport: Transport<B, unknown>;
  /** Counts bytes. */
  readonly channel: Channel<B>;
  /** Counts what is written. */
  readonly queue: WriteQueue<B>;
  /** Counts what waits. */
  readonly flow: FlowControl;
  /** The open requests. */
  readonly tables: Tables<B>;
  /** Whom requests wait for. */
  readonly permits: Semaphore;
  /** What is counted. */
  readonly counters: Counters;
  /** What nobody has taken. */
  readonly inbox: { readonly length: number };
  /** When it began. */
  readonly moment: Moment;
  /** Where it is on its way to its end. */
  readonly state: ConnectionState;
}

const DEFAULT_LIMIT = 100;

/** Reads the figures of a connection off its parts. */
export class Figures<B extends Body> {
  readonly #parts: FiguresParts<B>;

  /** Made of the parts. */
  constructor(parts: FiguresParts<B>) {
    this.#parts = parts;
  }

  /** The figures. */
  stats(): PeerStats {
    const { transport, channel, queue, flow, tables } = this.#parts;
    const { counters, permits, inbox, moment, state } = this.#parts;
    return {
      transport: nameOf(transport),
      info: transport.info,
      since: moment.since,
      state,
      ...counters,
      messagesSent: queue.pushed,
      bytesSent: channel.written,
      bytesReceived: channel.received,
      openSentRequests: tables.sentCount,
      openReceivedRequests: tables.receivedCount,
      waitingSends: queue.waiting + permits.waiting,
      queuedBytes: flow.queued,
      inboxMessages: inbox.length,
      inboxBytes: flow.inboxCost,
      unreadUpdates: flow.unreadUpdates,
      pauses: flow.pauses,
      pausedTime: flow.pausedTime,
      reading: flow.reading,
    };
  }

  /** The open requests, the oldest first. */
  openRequests(
    { limit = DEFAULT_LIMIT }: OpenRequestsOptions = {},
  ): OpenRequest[] {
    checkLeast("limit", limit, 0);
    const { tables, queue, moment } = this.#parts;
    const now = moment.elapsed;
    const open: OpenRequest[] = [];
    for (const request of tables.sent()) {
      const state = !request.isOpen
        ? "abandoned"
        : queue.hasTaken(request.position)
        ? "running"
        : "queued";
      open.push(rowOf("sent", request, state));
    }
    for (const request of tables.received()) {
      const state = request.handedOver ? "running" : "queued";
      open.push(rowOf("received", request, state));
    }
    return open.sort((a, b) => b.age - a.age).slice(0, limit);

    function rowOf(
      direction: OpenRequest["direction"],
      { id, serviceId, began, unread }: {
        readonly id: number;
        readonly serviceId: number;
        readonly began: number;
        readonly unread: number;
      },
      state: OpenRequest["state"],
    ): OpenRequest {
      return {
        direction,
        requestId: id,
        serviceId,
        since: moment.since + began,
        age: now - began,
        state,
        unreadUpdates: unread,
      };
    }
  }
}

/** What a transport is called: by itself, or by what is known of the connection. */
function nameOf({ name, info }: Transport<Body, unknown>): string {
  if (name !== undefined) return name;
  const { transport } = (info ?? {}) as { readonly transport?: unknown };
  return typeof transport === "string" ? transport : "custom";
}
