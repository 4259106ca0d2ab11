import type { Body } from "../../protocol/body.ts";
import { reasonText } from "../../protocol/error.ts";
import type { Message } from "../../protocol/message.ts";
import { MessageType } from "../../protocol/header.ts";
import { reservedId } from "../../protocol/service_id.ts";
import { type Clock, IdleTimer } from "../../internal/clock.ts";
import type { WriteQueue } from "../flow/write_queue.ts";
import type { MessageFactory } from "../message_factory.ts";
import type { Responder } from "../responder.ts";
import { everyOf, MAX_PING_LEN } from "./pinger.ts";

/** What shows the other side that this one lives. */
export interface LifeSignsParts<B extends Body> {
  /** Makes messages. */
  readonly messages: MessageFactory<B>;
  /** Where messages go. */
  readonly queue: WriteQueue<B>;
  /** Refuses pings. */
  readonly responder: Responder<B>;
  /** Times the signs of life. */
  readonly clock: Clock;
  /**
   * Whether the connection ends. So it does when the other side has ended its half:
   * then that waits for the end, and signs of life would put it off.
   */
  isEnding(): boolean;
}

/**
 * Shows the other side that this one lives: answers its pings, and sends a sign of
 * life whenever nothing has been sent for as long as the other side has asked for.
 * Those come by a timer, so also while reading is paused, when pings aren't read.
 */
export class LifeSigns<B extends Body> {
  readonly #parts: LifeSignsParts<B>;
  readonly #silence: IdleTimer;

  /** Sends nothing until the other side asks for it. */
  constructor(parts: LifeSignsParts<B>) {
    this.#parts = parts;
    this.#silence = new IdleTimer(parts.clock, () => this.#onSilence());
  }

  /** Answers a ping, and does what it asks for. */
  onPing(requestId: number, bytes: Uint8Array<ArrayBuffer>): void {
    const { messages, queue, responder } = this.#parts;
    if (bytes.length > MAX_PING_LEN) {
      const text =
        `A ping may have ${MAX_PING_LEN} bytes, and this one has ${bytes.length}`;
      return responder.refuse(requestId, reasonText("invalid-request", text));
    }
    const { PING } = reservedId;
    const type = MessageType.Response;
    let answer: Message<B>;
    try {
      answer = messages.makeReserved(type, requestId, PING, bytes.slice());
    } catch (error) {
      // It is over maxBodyLenWrite.
      return responder.refuse(requestId, reasonText("failed", `${error}`));
    }
    // As a refusal it is counted where a peer that pings and never reads is stopped.
    const sent = queue.push(answer, "refusal");
    // It fails when the connection does, and then nobody waits for it.
    sent?.catch(() => {});
    const every = everyOf(bytes);
    if (every !== null) this.#silence.begin(every);
  }

  /** A write begins. */
  onWrite(): void {
    this.#silence.touch();
  }

  /** Sends none any more. */
  stop(): void {
    this.#silence.stop();
  }

  #onSilence(): void {
    const { queue, isEnding } = this.#parts;
    if (isEnding()) return this.stop();
    // What is being written shows as much, as soon as the other side takes it.
    if (!queue.writing) this.#send();
  }

  #send(): void {
    const { messages, queue } = this.#parts;
    const { SIGN_OF_LIFE } = reservedId;
    const sent = queue.push(
      messages.makeReserved(MessageType.Stream, 0, SIGN_OF_LIFE, ""),
      "own",
    );
    // It fails when the connection does, and then nobody waits for it.
    sent?.catch(() => {});
  }
}
