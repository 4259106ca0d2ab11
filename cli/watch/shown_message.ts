import { Buffer } from "node:buffer";
import { MessageType } from "../../protocol/header.ts";
import { serviceId } from "../../protocol/service_id.ts";
import type {
  Side,
  TracedMessage,
  TraceEvent,
} from "../capture/trace_event.ts";
import type { MessageNames } from "./message_names.ts";
import { RequestTable } from "./request_table.ts";
import { type ShownBody, shownBody } from "./shown_body.ts";

/** What a message is, for people. */
export type MessageKind =
  | "request"
  | "response"
  | "error"
  | "update"
  | "stream";

/** A message as it is shown. */
export interface ShownMessage extends ShownBody {
  /** When it went by, in milliseconds since 1970. */
  readonly time: number;
  /** The connection, counted from 1. */
  readonly connection: number;
  /** Who sent it. */
  readonly from: Side;
  /** What it is. */
  readonly kind: MessageKind;
  /** The id of its request; null for a stream message. */
  readonly request: number | null;
  /** The service or stream. */
  readonly name: string;
  /** The update. */
  readonly update: string | null;
  /** The time since the request, in milliseconds; null where that wasn't seen. */
  readonly ms: number | null;
  /** The text of an error response. */
  readonly error: string | null;
  /** How many descriptors went with it. */
  readonly descriptors: number;
  /** The length of its body. */
  readonly bytes: number;
}

/** Knows the requests of all connections. */
export class MessageView {
  readonly #names: MessageNames;
  readonly #maxShown: number;
  readonly #tables = new Map<number, RequestTable>();

  /** Shows bodies of at most `maxShown` bytes. */
  constructor(names: MessageNames, maxShown: number) {
    this.#names = names;
    this.#maxShown = maxShown;
  }

  /**
   * What a message is called; and its whole, which takes time and is only made when it
   * is wanted. Every message has to come by here, as one tells of the others.
   */
  take(
    event: TraceEvent & { readonly kind: "message" },
  ): { readonly name: string; show(): ShownMessage } {
    const { connection, from, time, message } = event;
    const { header } = message;
    let table = this.#tables.get(connection);
    if (table === undefined) {
      this.#tables.set(connection, table = new RequestTable());
    }
    const request = table.take(from, header, time);
    const named = this.#names.of(from, header, request);
    const kind = kindOf(message);
    const isLater = kind !== "request" && request !== null;
    const { data, descriptors } = message;
    return {
      name: named.name,
      show: () => ({
        ...{ time, connection, from, kind, descriptors },
        request: kind === "stream" ? null : header.requestId,
        name: named.name,
        update: named.update,
        ms: isLater ? time - request.time : null,
        error: kind === "error" ? textOf(data, this.#maxShown) : null,
        bytes: data.length,
        ...(kind !== "error" && shownBody(data, named, this.#maxShown)),
      }),
    };
  }

  /** A connection is over. */
  forget(connection: number): void {
    this.#tables.delete(connection);
  }
}

/** What a message is. */
export function kindOf(
  { header: { type, serviceId: id } }: TracedMessage,
): MessageKind {
  switch (type) {
    case MessageType.Request:
      return "request";
    case MessageType.Response:
      return id === serviceId.ERROR ? "error" : "response";
    case MessageType.Stream:
      return "stream";
    default:
      return "update";
  }
}

function textOf(data: Uint8Array<ArrayBuffer>, max: number): string {
  return Buffer.from(data.subarray(0, max)).toString("utf8");
}
