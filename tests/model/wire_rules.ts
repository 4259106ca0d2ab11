import { reservedId } from "../../protocol/service_id.ts";
import {
  parse,
  REQUEST,
  REQUESTER_UPDATE,
  RESPONDER_UPDATE,
  RESPONSE,
  STREAM,
  type WireFrame,
} from "../support/scripted_frames.ts";
import { Forbidden } from "./line.ts";

/** A request as the frames of one direction show it. */
type Shown = "open" | "cancelled";

/**
 * The rules for what one side writes, whatever its application does: each request has a
 * new id; updates are for requests of theirs that are open; a request has one response,
 * behind all of its updates; nothing follows a cancel.
 */
export class WireRules {
  readonly #side: number;
  readonly #extensions: boolean;
  /** What this side has asked. */
  readonly #asked = new Map<number, Shown>();
  /** What this side has answered. */
  readonly #answered = new Set<number>();
  /** Metadata that came last, which is for the request right behind it. */
  #metadata: number | null = null;

  constructor(side: number, extensions: boolean) {
    this.#side = side;
    this.#extensions = extensions;
  }

  /** Checks the bytes of a direction; what is cut off at their end doesn't matter. */
  check(log: Uint8Array<ArrayBuffer>): void {
    for (const frame of parse(log).frames) this.#frame(frame);
  }

  #frame(frame: WireFrame): void {
    const { type, requestId, serviceId } = frame;
    const metadata = this.#metadata;
    this.#metadata = null;
    if (metadata !== null && (type !== REQUEST || requestId !== metadata)) {
      this.#forbid(frame, "is behind metadata for another message");
    }
    const isExtension = serviceId === reservedId.METADATA ||
      serviceId === reservedId.CANCEL;
    if (isExtension && !this.#extensions) {
      this.#forbid(frame, "needs extensions");
    }
    switch (type) {
      case REQUEST:
        if (this.#asked.has(requestId)) this.#forbid(frame, "has a used id");
        this.#asked.set(requestId, "open");
        return;
      case REQUESTER_UPDATE:
        if (this.#asked.get(requestId) !== "open") {
          this.#forbid(frame, "is for no open request");
        }
        if (serviceId === reservedId.CANCEL) {
          this.#asked.set(requestId, "cancelled");
        }
        return;
      case RESPONDER_UPDATE:
        if (this.#answered.has(requestId)) {
          this.#forbid(frame, "is behind its response");
        }
        return;
      case RESPONSE:
        if (this.#answered.has(requestId)) {
          this.#forbid(frame, "is a second one");
        }
        this.#answered.add(requestId);
        return;
      case STREAM:
        if (serviceId === reservedId.METADATA) this.#metadata = requestId;
        return;
      default:
        this.#forbid(frame, "has an unknown type");
    }
  }

  /** Fails unless each response is for a request of the other side. */
  checkAnswers(other: WireRules): void {
    for (const id of this.#answered) {
      if (other.#asked.has(id)) continue;
      throw new Forbidden(
        `Side ${this.#side} writes a response to ${id}, which was not asked`,
      );
    }
  }

  #forbid({ type, requestId, serviceId }: WireFrame, what: string): never {
    throw new Forbidden(
      `Side ${this.#side} writes a message of type ${type} for request ${requestId}, service ${serviceId}, which ${what}`,
    );
  }
}
