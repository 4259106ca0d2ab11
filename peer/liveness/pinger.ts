import { unlessAborted } from "../../internal/abort.ts";
import type { Body } from "../../protocol/body.ts";
import type { Message } from "../../protocol/message.ts";
import { MessageType } from "../../protocol/header.ts";
import { reservedId } from "../../protocol/service_id.ts";
import type { EndError } from "../ending/connection_state.ts";
import { remoteError } from "../requests/remote_error.ts";
import type { SenderParts } from "../sender_parts.ts";
import { LONGEST_TIMER } from "../../internal/clock.ts";

/** The ping that is unanswered. */
interface Unanswered {
  readonly id: number;
  /** Which message of the write queue it is. */
  readonly position: number;
  readonly answer: PromiseWithResolvers<number>;
  /** When it was queued. */
  readonly at: number;
}

/**
 * Pings the other side, whose library answers at once. One ping at most is
 * unanswered at a time, and all that ping meanwhile share it. A ping takes no permit
 * and doesn't wait for room, so it works where calls wait.
 */
export class Pinger<B extends Body> {
  readonly #parts: SenderParts<B>;
  #unanswered: Unanswered | null = null;
  #end: EndError | null = null;

  /** Makes what pings. */
  constructor(parts: SenderParts<B>) {
    this.#parts = parts;
  }

  /** Pings, unless a ping is unanswered; resolves to the milliseconds until its answer. */
  async ping(signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    const { promise } = (this.#unanswered ??= this.#send()).answer;
    return await unlessAborted(promise, signal);
  }

  /** Takes a response whose request isn't in the tables; false if it doesn't answer the ping. */
  take(message: Message<B>): boolean {
    const ping = this.#over(message.header.requestId);
    if (ping === null) return false;
    const { clock, extensions } = this.#parts;
    if (message.isError) {
      const asked = { serviceId: reservedId.PING, extensions };
      ping.answer.reject(remoteError(message, asked));
    } else {
      message.body[Symbol.dispose]();
      ping.answer.resolve(clock.now() - ping.at);
    }
    return true;
  }

  /** The ping of an id, or its answer, was refused by the transport. */
  fail(requestId: number, error: Error): void {
    this.#over(requestId)?.answer.reject(error);
  }

  /** The connection has ended. */
  close(end: EndError): void {
    this.#end = end;
    const ping = this.#unanswered;
    if (ping === null) return;
    const isSent = this.#parts.queue.hasTaken(ping.position);
    this.fail(ping.id, isSent ? end.error : end.notSent);
  }

  #send(): Unanswered {
    if (this.#end !== null) throw this.#end.notSent;
    const { messages, tables, queue, clock, pingBody } = this.#parts;
    const id = tables.takeId();
    const { PING } = reservedId;
    const type = MessageType.Request;
    const message = messages.makeReserved(type, id, PING, pingBody);
    tables.pingId = id;
    const answer = Promise.withResolvers<number>();
    const at = clock.now();
    // It fails where the transport refuses the ping or has ended, and the ping with it.
    queue.push(message, "own")?.catch((error) => this.fail(id, error));
    return { id, position: queue.pushed, answer, at };
  }

  /** The unanswered ping, if it has this id; it is over then. */
  #over(requestId: number): Unanswered | null {
    const ping = this.#unanswered;
    if (ping?.id !== requestId) return null;
    this.#unanswered = null;
    this.#parts.tables.pingId = null;
    return ping;
  }
}

/** How long the body of a ping may be, in bytes. */
export const MAX_PING_LEN = 64;

/** Signs of life more often than this would only cost both sides time; in milliseconds. */
const SHORTEST = 10;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The body of a ping that asks for a sign of life after each so many milliseconds of silence. */
export function askEvery(ms: number): Uint8Array<ArrayBuffer> {
  const every = Math.max(SHORTEST, Math.floor(ms));
  return encoder.encode(JSON.stringify({ every }));
}

/** After how much silence a ping asks for a sign of life, in milliseconds; null if it doesn't. */
export function everyOf(bytes: Uint8Array<ArrayBuffer>): number | null {
  if (bytes.length === 0) return null;
  let body: unknown;
  try {
    body = JSON.parse(decoder.decode(bytes));
  } catch {
    // Any body may be pinged with: this one asks for nothing.
    return null;
  }
  if (typeof body !== "object" || body === null || !("every" in body)) {
    return null;
  }
  const { every } = body;
  if (typeof every !== "number") return null;
  return Math.min(Math.max(every, SHORTEST), LONGEST_TIMER);
}
