import { type MessageHeader, MessageType } from "../../protocol/header.ts";
import { otherSide, type Side } from "../capture/trace_event.ts";

/** A request that went by. */
export interface SeenRequest {
  /** Who has asked. */
  readonly from: Side;
  /** The service asked for. */
  readonly serviceId: number;
  /** When, in milliseconds since 1970. */
  readonly time: number;
}

/** So many are remembered: of a peer that never answers, the oldest are forgotten. */
const MAX_REQUESTS = 65536;

/** The open requests of a connection: which request a message belongs to. */
export class RequestTable {
  readonly #requests = new Map<string, SeenRequest>();

  /** Takes a message in, and gives its request; null if it has none, or its beginning wasn't seen. */
  take(from: Side, header: MessageHeader, time: number): SeenRequest | null {
    const { type, requestId, serviceId } = header;
    if (type === MessageType.Stream) return null;
    const isAskers = type === MessageType.Request ||
      type === MessageType.RequesterUpdate;
    const asker = isAskers ? from : otherSide(from);
    const key = `${asker} ${requestId}`;
    if (type === MessageType.Request) {
      const request = { from, serviceId, time };
      this.#requests.delete(key);
      this.#requests.set(key, request);
      if (this.#requests.size > MAX_REQUESTS) this.#forgetOldest();
      return request;
    }
    const request = this.#requests.get(key) ?? null;
    if (type === MessageType.Response) this.#requests.delete(key);
    return request;
  }

  #forgetOldest(): void {
    for (const key of this.#requests.keys()) {
      this.#requests.delete(key);
      return;
    }
  }
}
